package dev.marlin.deployer.codegen;

import dev.marlin.deployer.hardware.MemoryLevel;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.schedule.Block;
import dev.marlin.deployer.schedule.LayerSchedule;
import dev.marlin.deployer.schedule.Schedule;
import dev.marlin.deployer.tiling.TilingProblem;
import dev.marlin.kernels.Kernel;
import freemarker.template.Configuration;
import freemarker.template.Template;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Writes the C of a scheduled network: {@code network.c}. */
public final class CodeGenerator {
  private static final Configuration TEMPLATES = templates();

  private CodeGenerator() {}

  private static Configuration templates() {
    Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
    configuration.setClassForTemplateLoading(CodeGenerator.class, "");
    configuration.setDefaultEncoding("UTF-8");
    configuration.setLocale(Locale.ROOT);
    configuration.setNumberFormat("computer");
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    configuration.setLogTemplateExceptions(false);
    return configuration;
  }

  /**
   * The text of {@code network.c}.
   *
   * @param policy name of the tiling policy, for the reader
   */
  public static String networkC(
      Network network, TilingProblem problem, Schedule schedule, String policy) {
    Set<String> names = new HashSet<>();
    List<LayerView> layers =
        IntStream.range(0, schedule.layers().size())
            .mapToObj(
                i ->
                    LayerView.of(
                        i, schedule.layers().get(i), unique(schedule.layers().get(i), i, names)))
            .toList();
    Map<String, Object> model = new HashMap<>();
    model.put("name", network.name().replace("*/", "* /"));
    model.put("macs", String.valueOf(network.macs()));
    model.put("machine", machine(problem));
    model.put("policy", policy);
    model.put("layers", layers);
    model.put(
        "kernels",
        schedule.layers().stream()
            .flatMap(layer -> layer.kernels().stream())
            .map(Kernel::function)
            .distinct()
            .sorted()
            .toList());
    model.put("l1Bytes", schedule.l1Bytes());
    model.put("l1Available", problem.l1Bytes());
    model.put("l2Bytes", schedule.l2Bytes());
    model.put("l2Available", problem.l2Bytes());
    model.put("l2Map", l2Map(schedule));
    model.put("l3Bytes", schedule.l3Bytes());
    model.put("l3Constants", L3Image.HEADER_BYTES);
    model.put("l3Input", schedule.inputsInL3().get(0));
    model.put("l3Activations", schedule.activationsInL3());
    model.put("inputs", inputs(schedule));
    try {
      Template template = TEMPLATES.getTemplate("network.c.ftl");
      StringWriter out = new StringWriter();
      template.process(model, out);
      return out.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (TemplateException e) {
      throw new IllegalStateException("network.c.ftl: " + e.getMessage(), e);
    }
  }

  private static String machine(TilingProblem problem) {
    return String.format(
        Locale.ROOT,
        "cluster of %d cores with %d bytes of L1, %d bytes of L2, %d bytes of L3",
        problem.hardware().cores(),
        problem.hardware().l1Bytes(),
        problem.hardware().l2Bytes(),
        problem.hardware().l3Bytes());
  }

  /** The layer's name as a C identifier that no other layer has. */
  private static String unique(LayerSchedule layer, int index, Set<String> names) {
    String id = "run_" + layer.layer().name().replaceAll("[^A-Za-z0-9_]", "_");
    if (!names.add(id)) {
      id += "_" + index;
      names.add(id);
    }
    return id;
  }

  private static List<String> l2Map(Schedule schedule) {
    return IntStream.range(0, schedule.l2Blocks().size())
        .boxed()
        .sorted(
            Comparator.<Integer>comparingInt(i -> schedule.l2Offsets().get(i))
                .thenComparingInt(i -> schedule.l2Blocks().get(i).first()))
        .map(
            i -> {
              Block block = schedule.l2Blocks().get(i);
              return String.format(
                  Locale.ROOT,
                  "%8d  %7d bytes  layers %3d to %3d  %s",
                  schedule.l2Offsets().get(i),
                  block.bytes(),
                  block.first(),
                  block.last(),
                  block.what().replace("*/", "* /"));
            })
        .toList();
  }

  /** The copies of inputs into L2, as C has them. */
  private static List<String> inputs(Schedule schedule) {
    return IntStream.range(0, schedule.inputs().size())
        .filter(i -> schedule.inputs().get(i).level() == MemoryLevel.L2)
        .mapToObj(
            i ->
                String.format(
                    Locale.ROOT,
                    "{%d, L2(%d), %d}",
                    schedule.inputsInL3().get(i),
                    schedule.inputs().get(i).offset(),
                    schedule.inputs().get(i).bytes()))
        .toList();
  }
}
