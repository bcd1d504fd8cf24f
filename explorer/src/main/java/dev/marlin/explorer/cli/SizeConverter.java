package dev.marlin.explorer.cli;

import dev.marlin.explorer.sweep.ByteSize;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 64KiB}. */
final class SizeConverter implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String value) {
    try {
      return ByteSize.parse(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
