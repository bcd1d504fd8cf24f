package dev.marlin.explorer.cli;

import dev.marlin.explorer.sweep.ByteSize;
import picocli.CommandLine.ITypeConverter;

/** Reads a size of a disk. */
final class LargeSizeConverter implements ITypeConverter<Long> {
  @Override
  public Long convert(String text) {
    return ByteSize.parseLarge(text);
  }
}
