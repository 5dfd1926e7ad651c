package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNull;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.kernel.JsonWriter;
import dev.countersign.kernel.TenantId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The lines of a tenant's export, each a JSON object and a newline.
///
/// ```
/// {"countersign_export":1,"tenant":..,"origin":..,"from":..,"to":..}
/// {"log_index":7,"salt":..,"entry":{..},"leaf":..,"proof":[..]}
/// {"log_index":9,"erased":{"time":..,"reason":..},"leaf":..,"proof":[..]}
/// {"count":2,"checkpoint":"..","tenant_size":2,"consistency":{"from":5,"proof":[..]},"closing":{..}}
/// ```
///
/// Salts, leaf hashes and proofs are hexadecimal; every proof is against the checkpoint of the last
/// line. In an entry's line `leaf` may be left out, and in the last line the last two members.
/// `closing` is in the form of an entry's line the entry that logged what was exported, with the
/// action [#CLOSING_ACTION] and the details `first`, `end`, `from` and `to` ([Range]): its place in
/// the tenant's chain says how many entries there were. docs/ledger-format.md has it in full.
public final class Export {

  /// Of the entry that logs what was exported.
  public static final String CLOSING_ACTION = "ledger.exported";

  /// In bytes, of one line: the last one can carry the longest note, with every newline escaped.
  static final int LONGEST_LINE = 2 * SignedNote.LONGEST;

  /// Long enough for any time, of which both ends are.
  private static final int LONGEST_END = 40;

  private static final String VERSION = "countersign_export";

  private static final List<String> ENTRY_MEMBERS =
      List.of(
          ProvenEntry.INDEX,
          ProvenEntry.SALT,
          ProvenEntry.ENTRY,
          ProvenEntry.ERASED,
          ProvenEntry.LEAF,
          ProvenEntry.PROOF);

  private Export() {}

  /// The first line.
  ///
  /// @param from from when, as RFC 3339 writes it; null for the tenant's first entry
  /// @param to to before when; null for its last
  public record Header(TenantId tenant, String origin, @Nullable String from, @Nullable String to) {

    /// The line, without its newline.
    public String line() {
      return JsonWriter.text(
          Json.object()
              .put(VERSION, 1)
              .put("tenant", tenant.toString())
              .put("origin", origin)
              .put("from", period(from))
              .put("to", period(to))
              .build());
    }

    static Header parse(byte[] line) {
      var members = Members.read(line, VERSION, "tenant", "origin", "from", "to");
      if (members.number(VERSION) != 1) {
        throw new MalformedLedgerData("the export is of an unknown version");
      }
      var tenant =
          Ids.parse(members.text("tenant"))
              .orElseThrow(() -> new MalformedLedgerData("member `tenant` is not a UUID"));
      return new Header(
          new TenantId(tenant),
          members.text("origin"),
          end(members.any("from")),
          end(members.any("to")));
    }

    private static @Nullable String end(Json value) {
      return switch (value) {
        case JsonNull() -> null;
        case JsonString(var text) when text.length() <= LONGEST_END -> text;
        default -> throw new MalformedLedgerData("an end of the period is not a time");
      };
    }
  }

  /// The last line.
  ///
  /// @param count how many entries were exported
  /// @param tenantSize how many entries of the tenant stand before the one that logged the export
  /// @param consistency from the checkpoint that the receiver named; null if he named none
  /// @param closing the entry that logged the export; null if it was not logged
  public record Footer(
      long count,
      SignedNote checkpoint,
      long tenantSize,
      @Nullable Consistency consistency,
      @Nullable ProvenEntry closing) {

    /// The line, without its newline.
    public String line() {
      var builder =
          Json.object()
              .put("count", count)
              .put("checkpoint", checkpoint.toString())
              .put("tenant_size", tenantSize);
      if (consistency != null) {
        builder.put("consistency", consistency.json());
      }
      if (closing != null) {
        builder.put("closing", json(closing));
      }
      return JsonWriter.text(builder.build());
    }

    static Footer parse(byte[] line) {
      var members =
          Members.read(line, "count", "checkpoint", "tenant_size", "consistency", "closing");
      return new Footer(
          members.number("count"),
          SignedNote.parse(members.text("checkpoint")),
          members.number("tenant_size"),
          members.has("consistency") ? Consistency.parse(members.object("consistency")) : null,
          members.has("closing") ? entry(entryMembers(members.object("closing"))) : null);
    }
  }

  /// The path of a [ConsistencyProof] from an older size to the checkpoint of the last line.
  public record Consistency(long from, List<Digest> path) {
    public Consistency {
      path = List.copyOf(path);
    }

    private JsonObject json() {
      return Json.object().put("from", from).put("proof", hex(path)).build();
    }

    private static Consistency parse(JsonObject json) {
      var members = Members.of(json, "from", "proof");
      return new Consistency(members.number("from"), members.digests("proof"));
    }
  }

  /// An entry's line, without its newline.
  public static String line(ProvenEntry entry) {
    return JsonWriter.text(json(entry));
  }

  /// Which part of a tenant's chain is exported, by the sequence numbers of its entries.
  ///
  /// An export that reaches to the newest entry has no `end`: it ends before the entry that logs
  /// it, whose own number says how many entries there are. So nothing has to stand still between
  /// the counting and the logging.
  ///
  /// @param first the number of the first entry
  /// @param end the number behind the last entry; null for the number of the entry that logs it
  public record Range(long first, @Nullable Long end) {
    public Range {
      if (first < 0 || (end != null && end < first)) {
        throw new IllegalArgumentException(
            "no entries stand from `" + first + "` to `" + end + "`");
      }
    }

    /// Of a tenant's whole chain.
    public static final Range ALL = new Range(0, null);

    /// How many entries it has if the entry that logs it has the number `closing`.
    public long count(long closing) {
      return (end == null ? closing : end) - first;
    }

    /// The details of the entry that logs it.
    public JsonObject details(Header header) {
      return Json.object()
          .put("first", first)
          .put("end", end == null ? Json.NULL : Json.of(end))
          .put("from", period(header.from()))
          .put("to", period(header.to()))
          .build();
    }

    static Range parse(JsonObject details) {
      var members = Members.of(details, "first", "end", "from", "to");
      try {
        return new Range(
            members.number("first"),
            members.any("end") instanceof JsonNull ? null : members.number("end"));
      } catch (IllegalArgumentException e) {
        throw new MalformedLedgerData(String.valueOf(e.getMessage()), e);
      }
    }
  }

  /// Whether a line that is not the last of an export stands at its end.
  static boolean endsEarly(byte[] lastLine) {
    return Members.names(lastLine).stream().anyMatch(List.of(ProvenEntry.INDEX, VERSION)::contains);
  }

  static ProvenEntry entry(byte[] line) {
    return entry(Members.read(line, ENTRY_MEMBERS.toArray(String[]::new)));
  }

  private static Members entryMembers(JsonObject json) {
    return Members.of(json, ENTRY_MEMBERS.toArray(String[]::new));
  }

  private static ProvenEntry entry(Members members) {
    return ProvenEntry.parse(
        members, members.number(ProvenEntry.INDEX), members.digests(ProvenEntry.PROOF));
  }

  private static JsonObject json(ProvenEntry entry) {
    var builder = Json.object().put(ProvenEntry.INDEX, entry.index());
    entry.content().members().forEach(builder::put);
    return builder.put(ProvenEntry.PROOF, hex(entry.path())).build();
  }

  private static Json hex(List<Digest> path) {
    return Json.strings(path.stream().map(Digest::hex).toList());
  }

  private static Json period(@Nullable String end) {
    return end == null ? Json.NULL : Json.of(end);
  }
}
