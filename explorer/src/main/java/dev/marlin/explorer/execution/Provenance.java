package dev.marlin.explorer.execution;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;

/**
 * Who executed a program, where and when.
 *
 * @param marlinVersion for people
 * @param marlinCommit of the sources that Marlin was built from
 * @param codeVersion hash of the code that decides results
 * @param executorVersion of what ran the program
 * @param host name of the machine
 * @param executedAt UTC, ISO 8601
 */
public record Provenance(
    String marlinVersion,
    String marlinCommit,
    String codeVersion,
    String executorVersion,
    String host,
    String executedAt)
    implements Serializable {

  /** Of an execution that ends now, on this machine. */
  static Provenance now(MarlinBuild marlin, Executor executor) {
    return new Provenance(
        marlin.version(),
        marlin.commit(),
        CodeVersion.current(),
        executor.version(),
        hostName(),
        Instant.now().toString());
  }

  /** The name of this machine, or {@code unknown}. */
  public static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
