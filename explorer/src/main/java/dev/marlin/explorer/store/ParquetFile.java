package dev.marlin.explorer.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/** A table as a Parquet file; what its columns mean stands in the file's metadata. */
final class ParquetFile {
  private ParquetFile() {}

  static <T> void write(Path file, String name, List<Column<T>> columns, List<T> rows)
      throws IOException {
    MessageType schema = schema(name, columns);
    Map<String, String> meanings = new HashMap<>();
    columns.forEach(column -> meanings.put("marlin." + column.name(), column.meaning()));
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new PlainParquetConfiguration())
            .withType(schema)
            .withExtraMetaData(meanings)
            .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
            .build()) {
      for (T row : rows) {
        writer.write(group(schema, columns, row));
      }
    }
  }

  private static <T> MessageType schema(String name, List<Column<T>> columns) {
    Types.MessageTypeBuilder schema = Types.buildMessage();
    for (Column<T> column : columns) {
      switch (column.type()) {
        case TEXT ->
            schema
                .optional(PrimitiveTypeName.BINARY)
                .as(LogicalTypeAnnotation.stringType())
                .named(column.name());
        case INTEGER -> schema.optional(PrimitiveTypeName.INT64).named(column.name());
        case REAL -> schema.optional(PrimitiveTypeName.DOUBLE).named(column.name());
        case BOOLEAN -> schema.optional(PrimitiveTypeName.BOOLEAN).named(column.name());
      }
    }
    return schema.named(name);
  }

  private static <T> Group group(MessageType schema, List<Column<T>> columns, T row) {
    Group group = new SimpleGroup(schema);
    for (Column<T> column : columns) {
      Object value = column.value().apply(row);
      if (value instanceof String text) {
        group.add(column.name(), text);
      } else if (value instanceof Long number) {
        group.add(column.name(), number);
      } else if (value instanceof Double number) {
        group.add(column.name(), number);
      } else if (value instanceof Boolean flag) {
        group.add(column.name(), flag);
      } else if (value != null) {
        throw new IllegalStateException(column.name() + " is a " + value.getClass());
      }
    }
    return group;
  }
}
