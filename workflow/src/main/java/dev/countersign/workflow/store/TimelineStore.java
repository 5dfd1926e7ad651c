package dev.countersign.workflow.store;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.TenantTransaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Everything about a case in one order: by the server's time, and within one transaction by what
/// follows from what.
public final class TimelineStore {

  /// What stands in a timeline, in the order of one moment: what was decided is executed and told
  /// as an event, to which a rule reacts, which opens a task or proposes.
  public enum Kind {
    DECISION(0, "decision"),
    EXECUTION(1, "execution"),
    OUTCOME(2, "outcome"),
    EVENT(3, "event"),
    RULE(4, "rule"),
    TASK(5, "task"),
    PROPOSAL(6, "proposal");

    private final int rank;
    private final String word;

    Kind(int rank, String word) {
      this.rank = rank;
      this.word = word;
    }

    static Optional<Kind> ranked(int rank) {
      return Arrays.stream(values()).filter(kind -> kind.rank == rank).findFirst();
    }

    public String word() {
      return word;
    }
  }

  /// Where something stands in the order; a page ends with one.
  ///
  /// @param number of an event or a task; 0 of others
  public record Place(Instant at, Kind kind, long number, UUID id) {
    private static final Pattern FORM =
        Pattern.compile("([0-9]{1,18})\\.([0-9])\\.([0-9]{1,18})\\.([0-9a-f-]{36})");

    /// As a cursor.
    public String text() {
      return "%d.%d.%d.%s"
          .formatted(ChronoUnit.MICROS.between(Instant.EPOCH, at), kind.rank, number, id);
    }

    /// Reads [#text]; empty for anything else.
    public static Optional<Place> parse(String text) {
      var found = FORM.matcher(text);
      if (!found.matches()) {
        return Optional.empty();
      }
      var kind = Kind.ranked(Integer.parseInt(found.group(2)));
      try {
        var at = Instant.EPOCH.plus(Long.parseLong(found.group(1)), ChronoUnit.MICROS);
        // A database takes no later year.
        return at.isAfter(LATEST)
            ? Optional.empty()
            : kind.flatMap(known ->
                Ids.parse(found.group(4))
                    .map(id -> new Place(at, known, Long.parseLong(found.group(3)), id)));
      } catch (DateTimeException | ArithmeticException beyond) {
        return Optional.empty();
      }
    }

    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");
  }

  /// One thing about a case.
  ///
  /// @param by who did it, where that is known
  /// @param what in a word: the type of an event, an action or a task, or what was decided
  public record Item(
      Place place,
      Optional<String> by,
      String what,
      Optional<Instant> occurredAt,
      JsonObject details) {

    public JsonObject json() {
      return Json.object()
          .put("kind", place.kind().word())
          .put("id", place.id().toString())
          .put("at", place.at().toString())
          .put("by", by.map(Json::of))
          .put("what", what)
          .put("occurred_at", occurredAt.map(time -> Json.of(time.toString())))
          .put("details", details)
          .build();
    }
  }

  /// Newest first; `before` is the place with which the page before ended.
  ///
  /// @param decoys whether those that wait are among it, as the proposals that they look like
  public List<Item> page(
      TenantTransaction transaction,
      UUID caseId,
      Optional<Place> before,
      int limit,
      boolean decoys) {
    var further = before.isPresent();
    var sql = decoys ? (further ? FURTHER_WITH : FIRST_WITH) : (further ? FURTHER : FIRST);
    var query = Rows.query(transaction, sql).bind("case", caseId).bind("limit", limit);
    before.ifPresent(place ->
        query
            .bind("at", Rows.timestamp(place.at()))
            .bind("kind", place.kind().rank)
            .bind("number", place.number())
            .bind("id", place.id()));
    return query.map((row, _) -> stored(row)).list();
  }

  private static Item stored(ResultSet row) throws SQLException {
    return new Item(
        new Place(
            Rows.time(row, "at"),
            Kind.ranked(row.getInt("kind")).orElseThrow(),
            row.getLong("number"),
            Rows.uuid(row, "id")),
        Optional.ofNullable(row.getString("by")),
        row.getString("what"),
        Rows.optionalTime(row, "occurred_at"),
        Rows.object(row, "details"));
  }

  private static final String BEYOND = " and (at, kind, number, id) < (:at, :kind, :number, :id)";
  private static final String FIRST = sql("", List.of());
  private static final String FURTHER = sql(BEYOND, List.of());
  private static final String FIRST_WITH = sql("", decoys());
  private static final String FURTHER_WITH = sql(BEYOND, decoys());

  /// What is missing here of what is in the inbox would be a decoy. Once it is revealed it is gone.
  private static List<String> decoys() {
    var waiting = "(select * from workflow.decoy where verdict is null) p";
    return List.of(
        part(
            Kind.PROPOSAL,
            "0",
            "proposal_id",
            "created_at",
            "'api_key:' || proposer",
            "scope_action",
            "null::timestamptz",
            "json_build_object('state', 'pending', 'action_digest', encode(action_digest, 'hex'), 'on_behalf_of', null::text)",
            waiting),
        part(
            Kind.DECISION,
            "0",
            "d.decision_id",
            "d.decided_at",
            "d.approver",
            "d.decision",
            "d.occurred_at",
            "json_build_object('proposal_id', p.proposal_id, 'approval_id', p.decoy_id)",
            waiting
                + " join workflow.decoy_deferral d on d.tenant_id = p.tenant_id and d.approval_id = p.decoy_id"));
  }

  /// Each kind gives a page's worth at most, so that a page of a case with many events costs no
  /// more.
  private static String sql(String beyond, List<String> besides) {
    var parts =
        List.of(
            part(
                Kind.EVENT,
                "number",
                "event_id",
                "at",
                "actor",
                "type",
                "occurred_at",
                "json_build_object('number', number, 'data', data::json)",
                "workflow.case_event p"),
            part(
                Kind.RULE,
                "0",
                "run_id",
                "at",
                "'rule:' || rule_id",
                "result",
                "null::timestamptz",
                "json_build_object('rule_id', rule_id, 'rule_version', rule_version, 'event_id', event_id, 'made', made)",
                "workflow.rule_run p"),
            part(
                Kind.TASK,
                "number",
                "task_id",
                "opened_at",
                "opened_by",
                "type",
                "null::timestamptz",
                "json_build_object('number', number, 'role', role, 'state', state, 'assigned_to', assigned_to)",
                "workflow.task p"),
            part(
                Kind.PROPOSAL,
                "0",
                "proposal_id",
                "created_at",
                "proposer",
                "action_type",
                "occurred_at",
                "json_build_object('state', state, 'action_digest', encode(action_digest, 'hex'), 'on_behalf_of', on_behalf_of)",
                OF_PROPOSALS),
            part(
                Kind.DECISION,
                "0",
                "d.decision_id",
                "d.decided_at",
                "d.approver",
                "d.decision",
                "d.occurred_at",
                "json_build_object('proposal_id', p.proposal_id, 'approval_id', a.approval_id)",
                OF_PROPOSALS
                    + " join workflow.approval_request a on a.tenant_id = p.tenant_id and a.proposal_id = p.proposal_id"
                    + " join workflow.approval_decision d on d.tenant_id = p.tenant_id and d.approval_id = a.approval_id"),
            part(
                Kind.EXECUTION,
                "0",
                "e.execution_id",
                "e.executed_at",
                "null::text",
                "e.state",
                "null::timestamptz",
                "json_build_object('proposal_id', p.proposal_id, 'action_type', p.action_type)",
                OF_PROPOSALS
                    + " join workflow.execution e on e.tenant_id = p.tenant_id and e.proposal_id = p.proposal_id"),
            part(
                Kind.OUTCOME,
                "0",
                "e.execution_id",
                "o.reported_at",
                "o.observer",
                "o.severity",
                "o.occurred_at",
                "json_build_object('proposal_id', p.proposal_id, 'success', o.success)",
                OF_PROPOSALS
                    + " join workflow.execution e on e.tenant_id = p.tenant_id and e.proposal_id = p.proposal_id"
                    + " join workflow.outcome o on o.tenant_id = p.tenant_id and o.execution_id = e.execution_id"));
    return Stream.concat(parts.stream(), besides.stream())
            .map(part ->
                "(select * from (%s) part where true%s order by at desc, kind desc, number desc, id desc limit :limit)"
                    .formatted(part, beyond))
            .collect(Collectors.joining(" union all "))
        + " order by at desc, kind desc, number desc, id desc limit :limit";
  }

  private static final String OF_PROPOSALS = "workflow.proposal p";

  private static String part(
      Kind kind,
      String number,
      String id,
      String at,
      String by,
      String what,
      String occurredAt,
      String details,
      String from) {
    return """
    select %d as kind, cast(%s as bigint) as number, %s as id, %s as at, %s as by, %s as what,
      %s as occurred_at, cast(%s as text) as details
    from %s where p.tenant_id = :tenant and p.case_id = :case\
    """
        .formatted(kind.rank, number, id, at, by, what, occurredAt, details, from);
  }
}
