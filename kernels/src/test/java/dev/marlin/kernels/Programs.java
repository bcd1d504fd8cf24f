package dev.marlin.kernels;

import java.util.Map;
import java.util.Set;

/** Programs and the one builder that the tests share; objects live in the user's cache folder. */
final class Programs {

  static final String EMPTY_NETWORK =
      """
      #include "network.h"
      static uint32_t results[2];
      const network_t network = {0, 0, 0, 0, results};
      """;

  private Programs() {}

  static Toolchain llvm() {
    return Toolchains.find("auto", System.err::println);
  }

  static FirmwareBuilder builder() {
    return new FirmwareBuilder(llvm());
  }

  static FirmwareRequest request(FirmwareTarget target, String networkC) {
    int l1 = RuntimeLayout.l1ArenaBytes(target.l1Bytes(), target.cores());
    return FirmwareRequest.of(target, Map.of("network.c", networkC), Set.of(), l1, 0);
  }
}
