package dev.marlin.deployer.onnx;

/** Names out of files in messages: one line, of bearable length. */
final class Text {
  private static final int LONGEST = 80;

  private Text() {}

  /** {@code text} without control characters, cut if it is long. */
  static String plain(String text) {
    StringBuilder plain = new StringBuilder();
    text.codePoints()
        .limit(LONGEST)
        .forEach(c -> plain.appendCodePoint(Character.isISOControl(c) || c == 0x2028 ? '?' : c));
    return text.length() > LONGEST ? plain + "..." : plain.toString();
  }

  /** {@code 'text'}. */
  static String quoted(String text) {
    return "'" + plain(text) + "'";
  }
}
