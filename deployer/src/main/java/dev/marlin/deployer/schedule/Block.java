package dev.marlin.deployer.schedule;

/**
 * A piece of memory that is needed for some steps.
 *
 * @param what for people: what lies in it
 * @param bytes its size
 * @param first step that needs it
 * @param last step that needs it
 */
public record Block(String what, int bytes, int first, int last) {
  public Block {
    if (bytes < 0 || first < 0 || last < first) {
      throw new IllegalArgumentException(
          "block " + what + " of " + bytes + " bytes in steps " + first + " to " + last);
    }
  }

  /** Whether both are needed in some step. */
  public boolean meets(Block other) {
    return first <= other.last && other.first <= last;
  }
}
