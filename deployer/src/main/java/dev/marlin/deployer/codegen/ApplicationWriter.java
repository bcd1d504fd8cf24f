package dev.marlin.deployer.codegen;

import dev.marlin.deployer.Deployer;
import dev.marlin.deployer.Deployment;
import dev.marlin.deployer.DeploymentOptions;
import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.reference.SeededInput;
import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.kernels.FirmwareImage;
import dev.marlin.kernels.FirmwareTarget;
import dev.marlin.kernels.Toolchains;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes an application to a folder. From Java, a network is deployed with two calls:
 *
 * <pre>{@code
 * Network network = NetworkReader.read(Path.of("net.onnx"));
 * ApplicationWriter.write(network, DeploymentOptions.defaults(), Path.of("app"));
 * }</pre>
 */
public final class ApplicationWriter {
  private ApplicationWriter() {}

  /**
   * Deploys {@code network} and writes everything to {@code folder}: the C sources with a Makefile,
   * {@code program.elf}, and {@code l3.bin} with the seeded input of its shape.
   *
   * @return what was deployed
   * @throws dev.marlin.deployer.InfeasibleException if the network does not fit the memories
   * @throws dev.marlin.kernels.ToolchainException if there is no compiler, or it refuses
   */
  public static Deployment write(Network network, DeploymentOptions options, Path folder)
      throws IOException {
    FirmwareBuilder builder = new FirmwareBuilder(Toolchains.find("auto", message -> {}));
    Deployment deployment = Deployer.deploy(network, options, builder::residentBytes);
    Application application = deployment.application();
    Hardware hardware = options.hardware();
    FirmwareTarget target =
        new FirmwareTarget(hardware.cores(), hardware.l1Bytes(), hardware.l2Bytes());
    FirmwareImage image = builder.build(application.firmware(target));
    write(application, target, folder);
    Files.write(folder.resolve("program.elf"), image.elf());
    Files.write(
        folder.resolve("l3.bin"),
        application.l3Image(
            SeededInput.bytes(network, SeededInput.forNetwork(network)), ProgramReport.CYCLES));
    return deployment;
  }

  /**
   * Writes the sources alone to {@code folder}, which is made if it is missing: generated ones,
   * runtime, kernels, and a Makefile that builds them. Files of the same name are replaced, others
   * are left alone.
   */
  public static void write(Application application, FirmwareTarget target, Path folder)
      throws IOException {
    for (Map.Entry<String, byte[]> file :
        FirmwareBuilder.project(application.firmware(target)).entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
  }
}
