package dev.countersign.server.http;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.JsonWriter;
import dev.countersign.policy.log.DecisionColumns;
import dev.countersign.policy.usecase.ExportDecisions;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes a prepared export of decisions as it is read, in one of two formats.
final class DecisionExport {
  static final String JSON_LINES = "application/jsonl";
  static final String CSV = "text/csv";
  static final List<String> FORMATS = List.of("csv", "jsonl");

  private final ExportDecisions export;
  private final ExportDecisions.Prepared prepared;

  DecisionExport(ExportDecisions export, ExportDecisions.Prepared prepared) {
    this.export = export;
    this.prepared = prepared;
  }

  /// A record a line; the last line has their number, so that what is cut off shows.
  void jsonLines(OutputStream out) throws IOException {
    var lines = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    long count = export.write(prepared, decision -> line(lines, decision.json()));
    var end =
        Json.object().put("decisions", count).put("export_log_index", prepared.closing()).build();
    line(lines, Json.object().put("end", end).build());
    lines.flush();
  }

  /// RFC 4180: a header, and a record a line.
  void csv(OutputStream out) throws IOException {
    var writer = CsvWriter.builder().build(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    writer.writeRecord(DecisionColumns.HEADER);
    export.write(prepared, decision -> writer.writeRecord(DecisionColumns.cells(decision)));
    writer.flush();
  }

  private static void line(BufferedWriter lines, Json json) {
    try {
      lines.write(JsonWriter.text(json));
      lines.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
