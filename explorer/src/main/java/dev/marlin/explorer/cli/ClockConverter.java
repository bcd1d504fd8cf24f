package dev.marlin.explorer.cli;

import dev.marlin.explorer.sweep.Frequency;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 100MHz}. */
final class ClockConverter implements ITypeConverter<Long> {
  @Override
  public Long convert(String value) {
    try {
      return Frequency.parse(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
