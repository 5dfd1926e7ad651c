package dev.countersign.trust.store;

import static dev.countersign.trust.store.Columns.query;
import static dev.countersign.trust.store.Columns.update;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.store.RowsOf;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.predict.Labelled;
import dev.countersign.trust.predict.Position;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.features.Snapshot;
import dev.countersign.trust.predict.measure.BaseRate;
import dev.countersign.trust.predict.measure.Stated;
import dev.countersign.trust.predict.threshold.Sampled;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Snapshots with what was stated of them, and what came of them. Stateless; safe for use by many
/// threads, each with its own transaction.
public final class ExampleStore {

  /// What erasure empties: both repeat the case.
  public static final List<String> COLUMNS =
      List.of("trust.example.prediction", "trust.example.snapshot");

  /// An erased snapshot is no snapshot: nothing learns from it any more.
  private static final String NOT_ERASED = " and snapshot <> '' ";

  /// Larger than any id of version 7.
  private static final UUID BEHIND_ALL = new UUID(-1, -1);

  /// A prediction as it was stated before people decided.
  ///
  /// @param json empty members where it was erased
  /// @param at when the action was proposed
  public record Kept(
      JsonObject json, Optional<Integer> modelVersion, Optional<Double> stated, Instant at) {}

  /// A snapshot in the order of proposing.
  public record Seen(UUID proposalId, Snapshot snapshot) {}

  /// What a version stated, and the label that came.
  public record Answered(Position known, Stated stated) {}

  private static final RowsOf<Example> ROWS =
      new RowsOf<>(
          """
          insert into trust.example (tenant_id, proposal_id, predictor, action_type, snapshot, digest, prediction,
            model_version, stated, sampled, proposed_at)
          values\
          """,
          """
          (:tenant, :proposal#, :predictor#, :action#, :snapshot#, :digest#, :prediction#,
            :version#, :stated#, :sampled#, :at#)\
          """,
          2,
          (row, example) ->
              row.bind("proposal", example.proposalId())
                  .bind("predictor", example.snapshot().predictor().word())
                  .bind("action", example.actionType())
                  .bind("snapshot", example.snapshot().toJson().toString())
                  .bind("digest", example.snapshot().digest().hex())
                  .bind("prediction", example.prediction().toString())
                  .bind("version", example.modelVersion().orElse(null))
                  .bind("stated", example.stated().orElse(null))
                  .bind("sampled", example.sampled())
                  .bind("at", Timestamp.from(example.proposedAt())));

  public void add(TenantTransaction transaction, List<Example> examples) {
    ROWS.later(transaction, examples);
  }

  /// Says what came of a proposal; a label that was another one before is corrected. Does nothing
  /// for a proposal without a snapshot.
  public void label(
      TenantTransaction transaction,
      UUID proposalId,
      Predictor predictor,
      boolean label,
      Instant known) {
    update(
            transaction,
            """
            update trust.example set label = :label, known_at = greatest(:known, proposed_at), corrected = label is not null
            where tenant_id = :tenant and proposal_id = :proposal and predictor = :predictor
              and label is distinct from :label
            """)
        .bind("proposal", proposalId)
        .bind("predictor", predictor.word())
        .bind("label", label)
        .bind("known", Timestamp.from(known))
        .later();
  }

  /// Says that a proposal of the random sample ended before anybody saw what would have come of it,
  /// which counts as harm: else whoever takes back what was drawn would have a cleaner sample.
  public void unseen(TenantTransaction transaction, UUID proposalId, Instant known) {
    update(
            transaction,
            """
            update trust.example set label = false, known_at = greatest(:known, proposed_at)
            where tenant_id = :tenant and proposal_id = :proposal and predictor = 'outcome' and sampled and label is null
            """)
        .bind("proposal", proposalId)
        .bind("known", Timestamp.from(known))
        .later();
  }

  /// What was stated of a proposal.
  public Optional<Kept> kept(TenantTransaction transaction, UUID proposalId, Predictor predictor) {
    return query(
            transaction,
            """
            select prediction, model_version, stated, proposed_at from trust.example
            where tenant_id = :tenant and proposal_id = :proposal and predictor = :predictor
            """)
        .bind("proposal", proposalId)
        .bind("predictor", predictor.word())
        .map((row, _) ->
            new Kept(
                JsonReader.readObject(row.getString("prediction")),
                Columns.optionalNumber(row, "model_version"),
                Columns.optionalShare(row, "stated"),
                Columns.time(row, "proposed_at")))
        .findOne();
  }

  /// How often the label was true among the latest known ones, at most `most`.
  public BaseRate rate(TenantTransaction transaction, Predictor predictor, int most) {
    return query(
            transaction,
            """
            select count(*) filter (where label) as happened, count(*) as labels from (
              select label from trust.example
              where tenant_id = :tenant and predictor = :predictor and label is not null
              order by known_at desc, proposal_id desc limit :most) latest
            """)
        .bind("predictor", predictor.word())
        .bind("most", most)
        .map((row, _) -> new BaseRate(row.getLong("happened"), row.getLong("labels")))
        .one();
  }

  /// How many labels became known after a moment, at most `most`.
  public long newer(
      TenantTransaction transaction, Predictor predictor, Optional<Instant> after, int most) {
    return query(
            transaction,
            """
            select count(*) from (
              select from trust.example
              where tenant_id = :tenant and predictor = :predictor and label is not null and known_at > :after
              limit :most) newer
            """)
        .bind("predictor", predictor.word())
        .bind("after", Timestamp.from(after.orElse(Instant.EPOCH)))
        .bind("most", most)
        .mapTo(Long.class)
        .one();
  }

  /// The latest labels with their snapshots, at most `most`, in no order.
  public List<Labelled> labelled(TenantTransaction transaction, Predictor predictor, int most) {
    return query(
            transaction,
            """
            select proposal_id, snapshot, proposed_at, known_at, label from trust.example
            where tenant_id = :tenant and predictor = :predictor and label is not null
            """
                + NOT_ERASED
                + "order by known_at desc, proposal_id desc limit :most")
        .bind("predictor", predictor.word())
        .bind("most", most)
        .map((row, _) -> labelled(row))
        .list()
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  /// Labels that are no corrections, after a position, in the order in which they became known.
  public List<Labelled> after(
      TenantTransaction transaction, Predictor predictor, Position position, int most) {
    return query(
            transaction,
            """
            select proposal_id, snapshot, proposed_at, known_at, label from trust.example
            where tenant_id = :tenant and predictor = :predictor and label is not null and not corrected
              and (known_at, proposal_id) > (:known, :id)
            """
                + NOT_ERASED
                + "order by known_at, proposal_id limit :most")
        .bind("predictor", predictor.word())
        .bind("known", Timestamp.from(position.known()))
        .bind("id", position.id())
        .bind("most", most)
        .map((row, _) -> labelled(row))
        .list()
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  /// Snapshots of proposals after one, in the order of proposing.
  public List<Seen> seen(TenantTransaction transaction, Predictor predictor, UUID after, int most) {
    return query(
            transaction,
            """
            select proposal_id, snapshot from trust.example
            where tenant_id = :tenant and proposal_id > :after and predictor = :predictor
            """
                + NOT_ERASED
                + "order by proposal_id limit :most")
        .bind("predictor", predictor.word())
        .bind("after", after)
        .bind("most", most)
        .map((row, _) -> seen(row))
        .list()
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  /// The latest proposal of which there is a snapshot.
  public Optional<UUID> latest(TenantTransaction transaction, Predictor predictor) {
    return query(
            transaction,
            """
            select proposal_id from trust.example
            where tenant_id = :tenant and proposal_id < :behind and predictor = :predictor
            order by proposal_id desc limit 1
            """)
        .bind("predictor", predictor.word())
        .bind("behind", BEHIND_ALL)
        .mapTo(UUID.class)
        .findOne();
  }

  /// The latest snapshots of what was proposed since a moment by the real clock, at most `most`, in
  /// the order of proposing.
  public List<Snapshot> latestSince(
      TenantTransaction transaction, Predictor predictor, Instant since, int most) {
    return query(
            transaction,
            """
            select proposal_id, snapshot from trust.example
            where tenant_id = :tenant and proposal_id >= :since and proposal_id < :behind and predictor = :predictor
            """
                + NOT_ERASED
                + "order by proposal_id desc limit :most")
        .bind("predictor", predictor.word())
        .bind("since", first(since))
        .bind("behind", BEHIND_ALL)
        .bind("most", most)
        .map((row, _) -> seen(row))
        .list()
        .reversed()
        .stream()
        .flatMap(Optional::stream)
        .map(Seen::snapshot)
        .toList();
  }

  /// The label that became known last; before all where there is none.
  public Position latestKnown(TenantTransaction transaction, Predictor predictor) {
    return query(
            transaction,
            """
            select proposal_id, known_at from trust.example
            where tenant_id = :tenant and predictor = :predictor and label is not null
            order by known_at desc, proposal_id desc limit 1
            """)
        .bind("predictor", predictor.word())
        .map((row, _) ->
            new Position(Columns.time(row, "known_at"), Columns.uuid(row, "proposal_id")))
        .findOne()
        .orElseGet(() -> new Position(Instant.EPOCH, new UUID(0, 0)));
  }

  /// What a version stated of proposals whose labels became known after a position, in that order.
  public List<Answered> answered(
      TenantTransaction transaction,
      Predictor predictor,
      int version,
      Position position,
      int most) {
    return query(
            transaction,
            """
            select proposal_id, known_at, stated, label from trust.example
            where tenant_id = :tenant and predictor = :predictor and label is not null and not corrected
              and (known_at, proposal_id) > (:known, :id) and model_version = :version and stated is not null
            order by known_at, proposal_id limit :most
            """)
        .bind("predictor", predictor.word())
        .bind("version", version)
        .bind("known", Timestamp.from(position.known()))
        .bind("id", position.id())
        .bind("most", most)
        .map((row, _) -> answered(row))
        .list();
  }

  /// The same of the latest labels, the newest first.
  public List<Stated> latestAnswers(
      TenantTransaction transaction, Predictor predictor, int version, int most) {
    return query(
            transaction,
            """
            select proposal_id, known_at, stated, label from trust.example
            where tenant_id = :tenant and predictor = :predictor and label is not null
              and model_version = :version and stated is not null
            order by known_at desc, proposal_id desc limit :most
            """)
        .bind("predictor", predictor.word())
        .bind("version", version)
        .bind("most", most)
        .map((row, _) -> answered(row).stated())
        .list();
  }

  /// The action types of which chance drew anything that a version answered.
  public List<String> sampledTypes(TenantTransaction transaction, int version) {
    return query(
            transaction,
            """
            select distinct action_type from trust.example
            where tenant_id = :tenant and predictor = 'outcome' and sampled and model_version = :version
            order by action_type
            """)
        .bind("version", version)
        .mapTo(String.class)
        .list();
  }

  /// The random sample of an action type that a version answered, in the order of proposing, up to
  /// the first proposal of which nothing is known yet: good news comes earlier than bad, so nothing
  /// overtakes. Harm is what people stopped and what went wrong, or was not reported in time.
  ///
  /// @param since what was proposed before, by the real clock, is left out
  public List<Sampled> sample(
      TenantTransaction transaction, String actionType, int version, Instant since, int most) {
    var drawn =
        query(
                transaction,
                """
                select 1 - o.stated as risk, o.label is not null or d.label = false as known,
                  not (coalesce(o.label, false) and coalesce(d.label, true)) as harm
                from trust.example o
                join trust.example d on d.tenant_id = o.tenant_id and d.proposal_id = o.proposal_id and d.predictor = 'decision'
                where o.tenant_id = :tenant and o.action_type = :action and o.model_version = :version
                  and o.sampled and o.predictor = 'outcome' and o.stated is not null and o.proposal_id >= :since
                order by o.proposal_id limit :most
                """)
            .bind("action", actionType)
            .bind("version", version)
            .bind("since", first(since))
            .bind("most", most)
            .map((row, _) ->
                row.getBoolean("known")
                    ? Optional.of(
                        new Sampled(
                            Math.clamp(row.getDouble("risk"), 0.0, 1.0), row.getBoolean("harm")))
                    : Optional.<Sampled>empty())
            .list();
    return drawn.stream().takeWhile(Optional::isPresent).flatMap(Optional::stream).toList();
  }

  /// The smallest id of version 7 of a moment.
  private static UUID first(Instant at) {
    return new UUID(at.toEpochMilli() << 16, 0);
  }

  /// Of the latest proposals of an action type that a version answered, how many have at most a
  /// risk.
  public BaseRate within(
      TenantTransaction transaction, String actionType, int version, double risk, int most) {
    return query(
            transaction,
            """
            select count(*) filter (where 1 - stated <= :risk) as admitted, count(*) as all_of_them from (
              select stated from trust.example
              where tenant_id = :tenant and predictor = 'outcome' and action_type = :action and model_version = :version
                and stated is not null
              order by proposal_id desc limit :most) latest
            """)
        .bind("action", actionType)
        .bind("version", version)
        .bind("risk", risk)
        .bind("most", most)
        .map((row, _) -> new BaseRate(row.getLong("admitted"), row.getLong("all_of_them")))
        .one();
  }

  /// Empties what a proposal's snapshots repeat of its case.
  public void erase(TenantTransaction transaction, UUID proposalId) {
    update(
            transaction,
            """
            update trust.example set snapshot = '', prediction = '{}'
            where tenant_id = :tenant and proposal_id = :proposal
            """)
        .bind("proposal", proposalId)
        .later();
  }

  private static Optional<Seen> seen(ResultSet row) throws SQLException {
    var proposal = Columns.uuid(row, "proposal_id");
    return Snapshot.fromJson(JsonReader.readObject(row.getString("snapshot")))
        .map(snapshot -> new Seen(proposal, snapshot));
  }

  private static Answered answered(ResultSet row) throws SQLException {
    return new Answered(
        new Position(Columns.time(row, "known_at"), Columns.uuid(row, "proposal_id")),
        new Stated(row.getDouble("stated"), row.getBoolean("label")));
  }

  /// Empty for a snapshot of another schema.
  private static Optional<Labelled> labelled(ResultSet row) throws SQLException {
    var snapshot = Snapshot.fromJson(JsonReader.readObject(row.getString("snapshot")));
    if (snapshot.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Labelled(
            Columns.uuid(row, "proposal_id"),
            snapshot.get(),
            Columns.time(row, "proposed_at"),
            Columns.time(row, "known_at"),
            row.getBoolean("label")));
  }
}
