package dev.marlin.deployer.reference;

import java.nio.file.Path;

/** Where golden networks lie that are no part of the repository. */
public final class SharedModels {
  private SharedModels() {}

  /** MARLIN_SHARED/models, or shared/models beside the repository; it may not exist. */
  public static Path folder() {
    String shared = System.getProperty("marlin.shared", System.getenv("MARLIN_SHARED"));
    Path root = Path.of(System.getProperty("marlin.root", "."));
    return (shared == null ? root.resolve("../shared") : Path.of(shared))
        .resolve("models")
        .normalize();
  }
}
