package dev.marlin.explorer.sweep;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * An evolutionary search for the front of cycles against bytes of L1 and L2, for every network of a
 * sweep on its own.
 *
 * <p>It remembers nothing that matters: {@link #next} works everything out again from the seed and
 * from what is known. A search that was stopped at any moment therefore goes on like one that was
 * not, and a point that is known already costs nothing.
 *
 * <p>The algorithm is NSGA-II (Deb, Pratap, Agarwal and Meyarivan, 2002): fronts of points that
 * none beats in both objectives, the lonelier of equals first, tournaments of two, uniform
 * crossover, and a mutation that goes to a neighbouring value of an axis or anywhere on it. A point
 * that does not fit is worse than any that does, and better the fewer bytes are missing.
 */
public final class Search {
  private static final int MOST_TRIES = 200;

  private final Space space;
  private final int population;
  private final int generations;
  private final long seed;

  /** What is not in a point itself. */
  private final Map<DesignPoint, String> configs = new HashMap<>();

  Search(Space space, int population, int generations, long seed) {
    this.space = space;
    this.population = population;
    this.generations = generations;
    this.seed = seed;
  }

  /** The name of the case that a point comes from which this search has asked for, or empty. */
  String config(DesignPoint point) {
    return configs.getOrDefault(point, "");
  }

  /** The most points that the search asks for. */
  public long mostPoints() {
    int models = space.sizes().get(space.modelChoice());
    return Math.min(space.size(), (long) population * generations * models);
  }

  /** The same search on another executor. */
  Search withExecutor(String executor) {
    return new Search(
        space.withLast(options -> options.withExecutor(executor)), population, generations, seed);
  }

  /**
   * The points to run next, all different; empty when the search is over.
   *
   * @param known all points that have ended
   */
  public List<DesignPoint> next(Map<DesignPoint, Score> known) {
    Set<DesignPoint> wanted = new LinkedHashSet<>();
    int models = space.sizes().get(space.modelChoice());
    for (int model = 0; model < models; model++) {
      wanted.addAll(new Population(model).next(known));
    }
    return List.copyOf(wanted);
  }

  /** One individual. */
  private record Individual(int[] genes, DesignPoint point) {}

  /** The search of one network. */
  private final class Population {
    private final int model;
    private final SplittableRandom random;
    private final Map<DesignPoint, Individual> seen = new LinkedHashMap<>();

    Population(int model) {
      this.model = model;
      this.random = new SplittableRandom(seed * 1_000_003 + model);
    }

    List<DesignPoint> next(Map<DesignPoint, Score> known) {
      List<Individual> parents = new ArrayList<>();
      for (int generation = 0; generation < generations; generation++) {
        List<Individual> children = children(parents);
        List<DesignPoint> unknown =
            children.stream().map(Individual::point).filter(p -> !known.containsKey(p)).toList();
        if (!unknown.isEmpty()) {
          return unknown;
        }
        if (children.isEmpty()) {
          break;
        }
        parents.addAll(children);
        parents = best(parents, known);
      }
      return List.of();
    }

    /** New individuals that were never seen before; fewer than wanted if there are few left. */
    private List<Individual> children(List<Individual> parents) {
      List<Individual> children = new ArrayList<>();
      for (int tries = 0;
          children.size() < population && tries < population * MOST_TRIES;
          tries++) {
        int[] genes = parents.size() < 2 ? anywhere() : child(parents);
        Space.Named named = space.at(genes);
        if (named != null && !seen.containsKey(named.point())) {
          Individual individual = new Individual(genes, named.point());
          seen.put(named.point(), individual);
          configs.put(named.point(), named.config());
          children.add(individual);
        }
      }
      return children;
    }

    private int[] anywhere() {
      int[] genes = space.sizes().stream().mapToInt(random::nextInt).toArray();
      genes[space.modelChoice()] = model;
      return genes;
    }

    /** Parents are sorted, the best first: of two the one in front wins. */
    private int[] child(List<Individual> parents) {
      int[] mother = winner(parents);
      int[] father = winner(parents);
      int[] genes = new int[mother.length];
      List<Integer> sizes = space.sizes();
      for (int i = 0; i < genes.length; i++) {
        genes[i] = random.nextBoolean() ? mother[i] : father[i];
        if (random.nextInt(genes.length) == 0) {
          int step = random.nextBoolean() ? 1 : -1;
          genes[i] =
              random.nextInt(4) == 0
                  ? random.nextInt(sizes.get(i))
                  : Math.floorMod(genes[i] + step, sizes.get(i));
        }
      }
      genes[space.modelChoice()] = model;
      return genes;
    }

    private int[] winner(List<Individual> parents) {
      return parents
          .get(Math.min(random.nextInt(parents.size()), random.nextInt(parents.size())))
          .genes();
    }

    /** The best of a population, sorted: fronts one after the other, the lonelier first. */
    private List<Individual> best(List<Individual> all, Map<DesignPoint, Score> known) {
      List<Ranked> ranked =
          new ArrayList<>(all.stream().map(i -> Ranked.of(i, known.get(i.point()))).toList());
      List<Individual> best = new ArrayList<>();
      while (!ranked.isEmpty() && best.size() < population) {
        List<Ranked> front =
            ranked.stream()
                .filter(one -> ranked.stream().noneMatch(other -> other.beats(one)))
                .toList();
        ranked.removeAll(front);
        lonelyFirst(front).forEach(one -> best.add(one.individual()));
      }
      return new ArrayList<>(best.subList(0, Math.min(population, best.size())));
    }

    private List<Ranked> lonelyFirst(List<Ranked> front) {
      List<Ranked> byMemory =
          front.stream().sorted(Comparator.comparingLong(Ranked::memory)).toList();
      Map<Individual, Double> room = new LinkedHashMap<>();
      for (int i = 0; i < byMemory.size(); i++) {
        boolean end = i == 0 || i == byMemory.size() - 1;
        room.put(
            byMemory.get(i).individual(),
            end ? Double.POSITIVE_INFINITY : distance(byMemory.get(i - 1), byMemory.get(i + 1)));
      }
      return byMemory.stream()
          .sorted(Comparator.comparingDouble((Ranked r) -> -room.get(r.individual())))
          .toList();
    }

    /** In logarithms, so that both objectives count alike. */
    private static double distance(Ranked a, Ranked b) {
      return Math.abs(Math.log((double) a.cycles() / b.cycles()))
          + Math.abs(Math.log((double) a.memory() / b.memory()));
    }
  }

  /** An individual with its objectives; without a performance the missing bytes are one. */
  private record Ranked(Individual individual, boolean correct, long cycles, long memory) {
    static Ranked of(Individual individual, @Nullable Score score) {
      if (score == null) {
        throw new IllegalStateException("no score for " + individual.point().label());
      }
      PointOptions options = individual.point().options();
      long memory = (long) options.l1Bytes() + options.l2Bytes();
      return score.correct()
          ? new Ranked(individual, true, Math.max(1, score.cycles()), memory)
          : new Ranked(individual, false, Math.max(1, score.missingBytes()), 1);
    }

    boolean beats(Ranked other) {
      if (correct != other.correct) {
        return correct;
      }
      return cycles <= other.cycles
          && memory <= other.memory
          && (cycles < other.cycles || memory < other.memory);
    }
  }
}
