package dev.marlin.explorer.cli;

import dev.marlin.simulator.ChipConfig;
import dev.marlin.simulator.ChipConfig.Clocks;
import dev.marlin.simulator.ChipConfig.Icache;
import dev.marlin.simulator.ChipConfig.L3Bus;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The chip to simulate: GAP8, or what it could have been. */
final class ChipOptions {
  private static final Pattern RATIO = Pattern.compile("(\\d{1,4}):(\\d{1,4})");

  @Option(
      names = "--l1",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "memory of the cluster, 4KiB to 1MiB (default: 64KiB)")
  private @Nullable Integer l1;

  @Option(
      names = "--l2",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "memory of the system on chip, 64KiB to 16MiB (default: 512KiB)")
  private @Nullable Integer l2;

  @Option(names = "--cores", paramLabel = "N", description = "cluster cores, 1 to 16 (default: 8)")
  private @Nullable Integer cores;

  @Option(
      names = "--banking-factor",
      paramLabel = "N",
      description = "banks of L1 for each core, 1 to 16 (default: 2)")
  private @Nullable Integer bankingFactor;

  @Option(
      names = "--l3-size",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "HyperRAM, up to 16MiB (default: 8MiB)")
  private @Nullable Integer l3Size;

  @Option(
      names = "--l3-bandwidth",
      paramLabel = "BYTES",
      description =
          "bytes of L3 in an FC cycle, 0.001 to 4 (default: 1, as in gvsoc; a board: 0.6)")
  private @Nullable Double l3Bandwidth;

  @Option(
      names = "--l3-latency",
      paramLabel = "CYCLES",
      description = "FC cycles before a transfer of L3 begins (default: 72)")
  private @Nullable Integer l3Latency;

  @Option(
      names = "--icache",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "instruction cache of the cluster, a power of two (default: 4KiB)")
  private @Nullable Integer icache;

  @Option(
      names = "--fc-icache",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "instruction cache of the fabric controller (default: 1KiB)")
  private @Nullable Integer fcIcache;

  @Option(
      names = "--clock-ratio",
      paramLabel = "FC:CLUSTER",
      description =
          "cycles of the two clocks in the same time, for instance 250:175 (default: 1:1)")
  private @Nullable String clockRatio;

  ChipConfig chip() {
    ChipConfig chip = ChipConfig.gap8();
    chip = l1 == null ? chip : chip.withL1Bytes(l1);
    chip = l2 == null ? chip : chip.withL2Bytes(l2);
    chip = cores == null ? chip : chip.withCores(cores);
    chip = bankingFactor == null ? chip : chip.withBankingFactor(bankingFactor);
    chip = l3Size == null ? chip : chip.withL3Bytes(l3Size);
    chip = chip.withL3Bus(l3Bus(chip.l3Bus()));
    chip = icache == null ? chip : chip.withClusterIcache(sized(chip.clusterIcache(), icache));
    chip = fcIcache == null ? chip : chip.withFcIcache(sized(chip.fcIcache(), fcIcache));
    return clockRatio == null ? chip : chip.withClocks(clocks(clockRatio));
  }

  private L3Bus l3Bus(L3Bus gap8) {
    int bandwidth = gap8.milliBytesPerCycle();
    if (l3Bandwidth != null) {
      if (!(l3Bandwidth >= 0.001 && l3Bandwidth <= 4)) {
        throw CommandException.usage("--l3-bandwidth is " + l3Bandwidth + ", not 0.001 to 4");
      }
      bandwidth = (int) Math.round(l3Bandwidth * 1000);
    }
    return new L3Bus(l3Latency == null ? gap8.latencyCycles() : l3Latency, bandwidth);
  }

  /** A cache of the same ways and lines with more or fewer sets. */
  private static Icache sized(Icache cache, int bytes) {
    int set = cache.ways() * cache.lineBytes();
    if (bytes % set != 0) {
      throw CommandException.usage(
          "an instruction cache of "
              + bytes
              + " bytes: it must be a multiple of "
              + set
              + " and a power of two");
    }
    return new Icache(bytes / set, cache.ways(), cache.lineBytes());
  }

  private static Clocks clocks(String ratio) {
    Matcher matcher = RATIO.matcher(ratio);
    if (!matcher.matches()) {
      throw CommandException.usage(
          "--clock-ratio: \"" + ratio + "\" is no ratio; write FC:CLUSTER, for instance 250:175");
    }
    return new Clocks(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }
}
