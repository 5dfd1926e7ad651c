package dev.countersign.trust.store;

import static dev.countersign.trust.store.Columns.query;
import static dev.countersign.trust.store.Columns.update;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.predict.Comparison;
import dev.countersign.trust.predict.ModelFile;
import dev.countersign.trust.predict.drift.Drift;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.measure.BaseRate;
import dev.countersign.trust.predict.threshold.Thresholds;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The registry of models, and which of them serve. Stateless; safe for use by many threads, each
/// with its own transaction.
public final class ModelStore {
  private static final String ROW =
      """
      select predictor, champion, happened, labels, trained_at, known_until, demanded_at, moved_at, drifted_at,
        comparison, drift, thresholds
      from trust.predictor where tenant_id = :tenant and predictor = :predictor\
      """;

  private static final String MODEL =
      """
      select predictor, version, digest, manifest, reason, trained_at from trust.model
      where tenant_id = :tenant and predictor = :predictor\
      """;

  /// How a predictor stands; as at the beginning where nothing was ever stored of it.
  public PredictorRow predictor(TenantTransaction transaction, Predictor predictor) {
    return query(transaction, ROW)
        .bind("predictor", predictor.word())
        .map((row, _) -> predictor(row))
        .findOne()
        .orElseGet(() -> PredictorRow.fresh(predictor));
  }

  /// What answers for a predictor.
  public Serving serving(TenantTransaction transaction, Predictor predictor) {
    return query(
            transaction,
            """
            select champion, happened, labels, thresholds from trust.predictor
            where tenant_id = :tenant and predictor = :predictor
            """)
        .bind("predictor", predictor.word())
        .map((row, _) ->
            new Serving(
                Columns.optionalNumber(row, "champion"),
                new BaseRate(row.getLong("happened"), row.getLong("labels")),
                Thresholds.fromJson(JsonReader.readObject(row.getString("thresholds")))))
        .findOne()
        .orElse(Serving.NONE);
  }

  /// How a predictor stands, locked until the transaction ends.
  public PredictorRow lock(TenantTransaction transaction, Predictor predictor, Instant now) {
    update(
            transaction,
            """
            insert into trust.predictor (tenant_id, predictor, updated_at) values (:tenant, :predictor, :now)
            on conflict do nothing
            """)
        .bind("predictor", predictor.word())
        .bind("now", Timestamp.from(now))
        .later();
    return query(transaction, ROW + " for update")
        .bind("predictor", predictor.word())
        .map((row, _) -> predictor(row))
        .one();
  }

  /// Writes a row that this transaction has locked.
  public void write(TenantTransaction transaction, PredictorRow row, Instant now) {
    update(
            transaction,
            """
            update trust.predictor set champion = :champion, happened = :happened, labels = :labels,
              trained_at = :trained, known_until = :known, demanded_at = :demanded, moved_at = :moved, drifted_at = :drifted,
              comparison = :comparison, drift = :drift, thresholds = :thresholds, updated_at = :now
            where tenant_id = :tenant and predictor = :predictor
            """)
        .bind("predictor", row.predictor().word())
        .bind("champion", row.champion().orElse(null))
        .bind("happened", row.base().happened())
        .bind("labels", row.base().of())
        .bind("trained", Columns.timestamp(row.last().at()))
        .bind("known", Columns.timestamp(row.last().knownUntil()))
        .bind("demanded", Columns.timestamp(row.last().demandedAt()))
        .bind("moved", Columns.timestamp(row.last().movedAt()))
        .bind("drifted", Columns.timestamp(row.last().driftedAt()))
        .bind("comparison", row.comparison().map(one -> one.toJson().toString()).orElse(null))
        .bind("drift", row.drift().map(one -> one.toJson().toString()).orElse(null))
        .bind("thresholds", row.thresholds().toJson().toString())
        .bind("now", Timestamp.from(now))
        .later();
  }

  /// Says that a person asked for a training.
  public void demand(TenantTransaction transaction, Predictor predictor, String by, Instant now) {
    update(
            transaction,
            """
            insert into trust.predictor (tenant_id, predictor, demanded_at, demanded_by, updated_at)
            values (:tenant, :predictor, :now, :by, :now)
            on conflict (tenant_id, predictor) do update
              set demanded_at = excluded.demanded_at, demanded_by = excluded.demanded_by
            """)
        .bind("predictor", predictor.word())
        .bind("by", by)
        .bind("now", Timestamp.from(now))
        .later();
  }

  /// Says that a stage moved, for whatever predictors there are.
  public void moved(TenantTransaction transaction, Instant now) {
    update(transaction, "update trust.predictor set moved_at = :now where tenant_id = :tenant")
        .bind("now", Timestamp.from(now))
        .later();
  }

  public void add(
      TenantTransaction transaction,
      Predictor predictor,
      int version,
      ModelFile file,
      String reason,
      Instant trainedAt) {
    update(
            transaction,
            """
            insert into trust.model (tenant_id, predictor, version, digest, manifest, trees, reason, trained_at)
            values (:tenant, :predictor, :version, :digest, :manifest, :trees, :reason, :at)
            """)
        .bind("predictor", predictor.word())
        .bind("version", version)
        .bind("digest", file.digest().hex())
        .bind("manifest", file.manifest())
        .bind("trees", file.trees())
        .bind("reason", reason)
        .bind("at", Timestamp.from(trainedAt))
        .later();
  }

  /// The versions, newest first, at most `most`.
  public List<ModelRow> versions(TenantTransaction transaction, Predictor predictor, int most) {
    return query(transaction, MODEL + " order by version desc limit :most")
        .bind("predictor", predictor.word())
        .bind("most", most)
        .map((row, _) -> model(row))
        .list();
  }

  public Optional<ModelRow> version(
      TenantTransaction transaction, Predictor predictor, int version) {
    return query(transaction, MODEL + " and version = :version")
        .bind("predictor", predictor.word())
        .bind("version", version)
        .map((row, _) -> model(row))
        .findOne();
  }

  /// A version's file as it stands.
  public Optional<ModelFile> file(TenantTransaction transaction, Predictor predictor, int version) {
    return query(
            transaction,
            """
            select manifest, trees from trust.model
            where tenant_id = :tenant and predictor = :predictor and version = :version
            """)
        .bind("predictor", predictor.word())
        .bind("version", version)
        .map((row, _) -> new ModelFile(row.getBytes("manifest"), row.getBytes("trees")))
        .findOne();
  }

  private static PredictorRow predictor(ResultSet row) throws SQLException {
    return new PredictorRow(
        known(row),
        Columns.optionalNumber(row, "champion"),
        new BaseRate(row.getLong("happened"), row.getLong("labels")),
        new PredictorRow.LastTraining(
            Columns.optionalTime(row, "trained_at"),
            Columns.optionalTime(row, "known_until"),
            Columns.optionalTime(row, "demanded_at"),
            Columns.optionalTime(row, "moved_at"),
            Columns.optionalTime(row, "drifted_at")),
        Columns.optionalText(row, "comparison")
            .map(text -> Comparison.fromJson(JsonReader.readObject(text))),
        Columns.optionalText(row, "drift").map(text -> Drift.fromJson(JsonReader.readObject(text))),
        Thresholds.fromJson(JsonReader.readObject(row.getString("thresholds"))));
  }

  private static ModelRow model(ResultSet row) throws SQLException {
    return new ModelRow(
        known(row),
        row.getInt("version"),
        Digest.parse(row.getString("digest"))
            .orElseThrow(() -> new IllegalStateException("a stored digest is damaged")),
        new String(row.getBytes("manifest"), StandardCharsets.UTF_8),
        row.getString("reason"),
        Columns.time(row, "trained_at"));
  }

  private static Predictor known(ResultSet row) throws SQLException {
    return Predictor.parse(row.getString("predictor"))
        .orElseThrow(() -> new IllegalStateException("a stored predictor is unknown"));
  }
}
