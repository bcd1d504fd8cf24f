package dev.marlin.explorer.execution;

import dev.marlin.deployer.LayerPlan;
import dev.marlin.deployer.codegen.ApplicationWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An application in a folder: all sources with a Makefile, {@code program.elf}, {@code l3.bin}
 * (constants and input) and {@code layers.csv}. {@code explore simulate program.elf --l3 l3.bin}
 * runs it.
 */
public final class BuildFolder {
  private BuildFolder() {}

  /** Writes; files of the same name are replaced. Returns about how many bytes it has. */
  public static long write(Build build, byte[] image, Path folder) throws IOException {
    ApplicationWriter.write(
        build.deployment().application(), PointExecution.target(build.options()), folder);
    Files.write(folder.resolve("program.elf"), build.firmware().elf());
    Files.write(folder.resolve("l3.bin"), image);
    StringBuilder csv =
        new StringBuilder("layer,name,type,macs,tile,tiles,l1_bytes,l3_bytes,predicted_cycles\n");
    for (LayerPlan plan : build.deployment().layers()) {
      csv.append(plan.index())
          .append(",\"")
          .append(plan.layer().name().replace("\"", "\"\""))
          .append("\",")
          .append(plan.type())
          .append(',')
          .append(plan.layer().macs())
          .append(',')
          .append(plan.tile())
          .append(',')
          .append(plan.tiles())
          .append(',')
          .append(plan.l1Bytes())
          .append(',')
          .append(plan.l3Bytes())
          .append(',')
          .append(plan.predictedCycles())
          .append('\n');
    }
    Files.writeString(folder.resolve("layers.csv"), csv);
    return build.firmware().elf().length + (long) image.length + csv.length();
  }
}
