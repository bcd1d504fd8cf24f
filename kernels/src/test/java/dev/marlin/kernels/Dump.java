package dev.marlin.kernels;

import java.nio.file.*;

final class Dump {
  public static void main(String[] a) throws Exception {
    for (int i = Integer.parseInt(a[1]); i < Integer.parseInt(a[2]); i++) {
      LayerProgram p = new LayerProgram(i, 10, 9);
      Path d = Path.of(a[0], "" + i);
      Files.createDirectories(d);
      Files.writeString(d.resolve("network.c"), p.networkC());
      Files.write(d.resolve("image"), p.image());
      Files.writeString(d.resolve("expected"), String.join("\n", p.expected()) + "\n");
    }
  }
}
