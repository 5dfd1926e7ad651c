package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNull;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.store.EntryDays;
import dev.countersign.ledger.store.RetentionStore;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/// How long the content of entries is kept, by their action, and its end.
///
/// The day on which content expires is fixed when it is written, so a change holds for what is
/// recorded from then on. What is over is dropped with its partition, but for what is on hold; the
/// leaf of every entry stays, and which entries they were is written down, so proofs, exports and
/// `fsck` go on.
///
/// Safe for use by many threads; blocks.
public final class Retention {
  public static final int SHORTEST_DAYS = 1;
  public static final int LONGEST_DAYS = 3650;

  /// Actions that one tenant sets days for: far more than there are.
  public static final int MOST_ACTIONS = 100;

  private static final Pattern ACTION = Pattern.compile("[a-z][a-z_]{0,49}\\.[a-z][a-z_]{0,49}");

  /// What says what became of the log's own content outlives it.
  private static final Pattern ALWAYS_KEPT = Pattern.compile("(ledger|hold|retention)\\..*");

  /// Two weeks in which the job may fail before content finds no partition; it is kept then.
  private static final int AHEAD = 14;

  private final DataSource maintenance;
  private final ContentKeys keys;
  private final Ledger ledger;
  private final TenantTransactions transactions;

  /// @param maintenance connections of the role `countersign_maintenance`
  public Retention(
      DataSource maintenance, ContentKeys keys, Ledger ledger, TenantTransactions transactions) {
    this.maintenance = maintenance;
    this.keys = keys;
    this.ledger = ledger;
    this.transactions = transactions;
  }

  /// Reads `{days: {<action>: <days> or null}}`, null for what is kept for ever; throws
  /// `Refusal.Invalid` with every problem. What is set for a mistyped action would never end
  /// anything, and nobody would notice.
  ///
  /// @param unknown why no entry has an action of that name, in words; empty if one may have it
  public static SortedMap<String, Optional<Integer>> parse(
      Json body, Function<String, Optional<String>> unknown) {
    var fields = Fields.of(body);
    var wanted = fields.object("days");
    var days = new TreeMap<String, Optional<Integer>>();
    if (wanted.members().size() > MOST_ACTIONS) {
      fields.problem("days", "too_many", "must have at most " + MOST_ACTIONS + " actions");
    } else {
      wanted.members().forEach((action, value) -> read(fields, action, value, unknown, days));
    }
    fields.done();
    return days;
  }

  private static void read(
      Fields fields,
      String action,
      Json value,
      Function<String, Optional<String>> unknown,
      SortedMap<String, Optional<Integer>> days) {
    var field = "days/" + action.replace("~", "~0").replace("/", "~1");
    if (!ACTION.matcher(action).matches()) {
      fields.problem(field, "wrong_value", "is not an action such as `decision.made`");
    } else if (ALWAYS_KEPT.matcher(action).matches() && !(value instanceof JsonNull)) {
      fields.problem(field, "always_kept", "says what became of the log, so it is always kept");
    } else {
      unknown.apply(action).ifPresent(why -> fields.problem(field, "wrong_value", why));
    }
    switch (value) {
      case JsonNull() -> days.put(action, Optional.empty());
      case JsonNumber number
          when number.integral()
              && number.value() >= SHORTEST_DAYS
              && number.value() <= LONGEST_DAYS ->
          days.put(action, Optional.of((int) number.value()));
      default ->
          fields.problem(
              field,
              "out_of_range",
              "must be an integer from %d to %d, or null for ever"
                  .formatted(SHORTEST_DAYS, LONGEST_DAYS));
    }
  }

  public JsonObject show(Principal principal) {
    return transactions.run(
        principal, Rules.READ, transaction -> json(RetentionStore.days(transaction)));
  }

  /// Sets it for what the tenant records from now on; what is not named has its default again.
  public Recorded set(Call call, SortedMap<String, Optional<Integer>> settings) {
    var tenant = call.principal().tenant().toString();
    var wanted = new TreeSet<Integer>();
    settings.values().forEach(days -> days.ifPresent(wanted::add));
    // First, so that the next entry finds its partition.
    try (var entryDays = new EntryDays(maintenance, keys)) {
      entryDays.prepare(AHEAD, wanted);
    }
    return ledger.transact(
        call,
        new Attempt("retention.changed", "ledger", tenant),
        Rules.APPLY,
        transaction -> {
          var before = RetentionStore.days(transaction.tenant());
          RetentionStore.put(transaction.tenant(), settings);
          var after = RetentionStore.days(transaction.tenant());
          transaction.record(
              "retention.changed",
              "ledger",
              tenant,
              transaction.newId(),
              Json.object().put("days", object(after)).put("before", object(before)).build());
          return json(after);
        });
  }

  /// Makes the partitions of the coming days, gives what is no longer on hold its end back, takes
  /// out what is on hold, and drops the days that are over; yields the days that were dropped, none
  /// if another node is at it. To be called at the start and every hour.
  public List<LocalDate> maintain() {
    try (var entryDays = new EntryDays(maintenance, keys)) {
      return entryDays.maintain(AHEAD, RetentionStore.DEFAULT_DAYS);
    }
  }

  private static JsonObject json(SortedMap<String, Optional<Integer>> days) {
    return Json.object().put("days", object(days)).build();
  }

  private static JsonObject object(SortedMap<String, Optional<Integer>> days) {
    var object = Json.object();
    days.forEach((action, kept) -> object.put(action, kept.<Json>map(Json::of).orElse(Json.NULL)));
    return object.build();
  }
}
