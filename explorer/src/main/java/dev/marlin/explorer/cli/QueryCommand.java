package dev.marlin.explorer.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.marlin.explorer.store.Query;
import dev.marlin.explorer.store.ResultStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks the results of a sweep in SQL. */
@Command(
    name = "query",
    header = "Asks the results of a sweep in SQL.",
    description = {
      "The views results (one row a point), layer_results (one row a layer) and front (points that"
          + " none beats in cycles and memory) show the latest sweep of the folder. Nothing can be"
          + " changed.",
      "Example: explore query \"SELECT model, l1_bytes, cycles FROM results ORDER BY cycles\""
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false)
final class QueryCommand implements Callable<Integer> {
  private static final List<String> FORMATS = List.of("table", "csv", "json");

  private final Console console;

  @Parameters(index = "0", paramLabel = "SQL", description = "a question, for example a SELECT")
  private String sql = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "RESULTS_DIR",
      description = "results of a sweep (default: the ones of reports/out that changed last)")
  private @Nullable String folder;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      defaultValue = "table",
      description = "table, csv or json (default: ${DEFAULT-VALUE})")
  private String format = "";

  QueryCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    DeployOptions.known("--format", format, FORMATS);
    Path results = folder == null ? latest() : console.resolve(folder);
    Query answer = Query.ask(results, sql);
    switch (format) {
      case "csv" -> console.out().print(answer.toCsv());
      case "json" -> console.out().write(json(answer));
      default -> console.out().print(table(answer));
    }
    return ExitStatus.OK;
  }

  private Path latest() throws IOException {
    Path all = console.root().resolve("reports/out");
    if (Files.isDirectory(all)) {
      try (Stream<Path> folders = Files.list(all)) {
        return folders
            .filter(f -> Files.isRegularFile(f.resolve(ResultStore.FILE)))
            .max(Comparator.comparing(f -> f.resolve(ResultStore.FILE).toFile().lastModified()))
            .orElseThrow(() -> none(all));
      }
    }
    throw none(all);
  }

  private static CommandException none(Path all) {
    return CommandException.usage(
        "there are no results in " + all + "; name a results folder after the question");
  }

  private static TextTable table(Query answer) {
    TextTable table = new TextTable(answer.columns().toArray(String[]::new));
    answer.rows().forEach(row -> table.row(row.stream().map(QueryCommand::cell).toArray()));
    return table;
  }

  private static String cell(@Nullable Object value) {
    if (value instanceof Double number) {
      return String.format(Locale.ROOT, "%.6g", number);
    }
    return value == null ? "" : value.toString();
  }

  private static byte[] json(Query answer) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.useDefaultPrettyPrinter();
      json.writeStartArray();
      for (List<@Nullable Object> row : answer.rows()) {
        json.writeStartObject();
        for (int i = 0; i < row.size(); i++) {
          json.writeFieldName(answer.columns().get(i));
          value(json, row.get(i));
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeRaw('\n');
    }
    return bytes.toByteArray();
  }

  private static void value(JsonGenerator json, @Nullable Object value) throws IOException {
    if (value instanceof Long number) {
      json.writeNumber(number);
    } else if (value instanceof Double number) {
      json.writeNumber(number);
    } else if (value == null) {
      json.writeNull();
    } else {
      json.writeString(value.toString());
    }
  }
}
