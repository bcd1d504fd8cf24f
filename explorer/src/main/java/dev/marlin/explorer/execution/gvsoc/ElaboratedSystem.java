package dev.marlin.explorer.execution.gvsoc;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The description of a system that gapy has made for GVSOC's launcher.
 *
 * <p>GVSOC sets the frequencies of its clocks again at every edge of the 32 kHz reference clock,
 * also when they stay the same, and each time SoC and cluster move by a fraction of a cycle against
 * each other. Loops that share an instruction cache multiply that to some percent of a layer, up or
 * down. A chip does nothing of the kind. With a slower reference clock there are a hundred times
 * fewer such edges; everything else stays as it is.
 */
final class ElaboratedSystem {
  /** Its name in the working folder. */
  static final String FILE = "gvsoc_config.json";

  /** Changes of the reference clock in a second; with 520 the boot ROM does not come to an end. */
  static final int REFERENCE_HERTZ = 840;

  private static final String CLOCK = "/target/system_tree/board/ref_clock_clock";

  private ElaboratedSystem() {}

  /**
   * Slows the reference clock down.
   *
   * @throws GvsocException if the file does not describe a system with such a clock
   */
  static void slowReferenceClock(Path file) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    JsonNode system;
    try {
      system = mapper.readTree(Files.readAllBytes(file));
    } catch (JacksonException e) {
      throw new GvsocException("gapy wrote no JSON into " + FILE + ": " + e.getOriginalMessage());
    } catch (java.nio.file.NoSuchFileException e) {
      throw new GvsocException("gapy wrote no " + FILE + "; is this the GVSOC of a GAP SDK?");
    }
    if (!(system.at(CLOCK) instanceof ObjectNode clock) || !clock.path("frequency").isInt()) {
      throw new GvsocException(
          FILE + " has no frequency at " + CLOCK + "; is this the GVSOC of a GAP SDK?");
    }
    clock.put("frequency", REFERENCE_HERTZ);
    Files.write(file, mapper.writeValueAsBytes(system));
  }
}
