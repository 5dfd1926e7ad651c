package dev.countersign.benchmarks.proofs;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.Schema;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.ledger.CompactRange;
import dev.countersign.ledger.Leaf;
import dev.countersign.ledger.Receipt;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.TileBuilder;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.Verdict;
import dev.countersign.ledger.content.ContentDay;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.content.Sealing.Place;
import dev.countersign.ledger.store.ContentKeyStore;
import dev.countersign.ledger.store.LedgerSchema;
import dev.countersign.ledger.usecase.CheckpointSigner;
import dev.countersign.ledger.usecase.Fsck;
import dev.countersign.ledger.usecase.LedgerReader;
import dev.countersign.ledger.usecase.LogState;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.Settings;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyOutputStream;
import org.postgresql.ds.PGSimpleDataSource;

/// Builds receipts of random entries in a large log, one after the other, as `GET
/// /v1/ledger/entries/{index}/proof` does but for HTTP, and prints how long they took.
///
/// Then the whole log is recomputed, as `fsck` does. After the first and at many moments of the
/// second the heap is collected and what is left of it printed: it must not grow with the log.
///
/// The same receipts are asked for twice: what they need is read from disk the first time and may
/// be in memory the second.
///
/// The log is loaded by COPY with all that the sequencer would have written.
final class ProofsAtSize {
  private static final String ORIGIN = "benchmark.test/log";
  private static final String PASSWORD = "of a database that is thrown away";
  private static final int BATCH = 500;
  private static final int WARM = 20_000;
  private static final int MEASURED = 20_000;

  /// How often the heap is collected while the log is recomputed: full collections cost.
  private static final int COLLECTIONS = 20;

  private static final HexFormat HEX = HexFormat.of();

  private final String url;

  private ProofsAtSize(String url) {
    this.url = url;
  }

  /// @param args how many entries the log has
  public static void main(String[] args) throws Exception {
    long entries = Long.parseLong(args[0]);
    var folder = Files.createTempDirectory("countersign-proofs");
    var directory = folder.resolve("postgres");
    try (var postgres = EmbeddedPostgres.start(Settings.in(directory))) {
      try (var admin =
              DriverManager.getConnection(
                  postgres.jdbcUrl("postgres"),
                  postgres.superuser(),
                  postgres.superuserPassword());
          var statement = admin.createStatement()) {
        for (var role : DatabaseRole.values()) {
          role.ensure(admin, PASSWORD);
        }
        statement.execute(
            "create database proofs owner " + DatabaseRole.OWNER.login() + " template template0");
      }
      var proofs = new ProofsAtSize(postgres.jdbcUrl("proofs"));
      Schema.migrate(proofs.as(DatabaseRole.OWNER), List.of(Schema.KERNEL, LedgerSchema.SCHEMA));
      proofs.load(postgres, entries, proofs.contentKeys(folder).sealing());
      proofs.measure(folder, entries);
    } finally {
      EmbeddedPostgres.remove(directory);
    }
  }

  private ContentKeys contentKeys(Path folder) {
    return ContentKeyStore.open(
        folder.resolve("content-keys"),
        as(DatabaseRole.APP),
        as(DatabaseRole.MAINTENANCE),
        new SecureRandom());
  }

  private DataSource as(DatabaseRole role) {
    var source = new PGSimpleDataSource();
    source.setURL(url);
    source.setUser(role.login());
    source.setPassword(PASSWORD);
    return source;
  }

  private Connection superuser(EmbeddedPostgres postgres) throws SQLException {
    return DriverManager.getConnection(url, postgres.superuser(), postgres.superuserPassword());
  }

  private void load(EmbeddedPostgres postgres, long entries, Sealing sealing)
      throws SQLException, IOException {
    long begin = System.nanoTime();
    var made = new MadeLog();
    var tiles = new TileBuilder();
    var head = CompactRange.EMPTY;
    var last = Digest.ZERO;
    try (var first = superuser(postgres);
        var second = superuser(postgres);
        var third = superuser(postgres)) {
      // Loaded as if it could be loaded again: it can.
      try (var rows =
              copy(
                  first,
                  "ledger.entry (tenant_id, log_index, id, correlation_id, time, action, tenant_seq, previous, sealed, expires_on)");
          var leaves = copy(second, "ledger.leaf_batch (first_index, batch_id, commitments)");
          var hashes = copy(third, "ledger.tile (level, n, hashes)")) {
        var batch = new StringBuilder();
        for (long i = 0; i < entries; i++) {
          var rendered = made.next().rendered();
          var salt = made.salt();
          var previous = last;
          var commitment = Leaf.commitment(salt.bytes(), rendered.at(i, last));
          last = Leaf.hash(commitment);
          head = head.append(last);
          tiles.append(last, (path, bytes) -> tile(hashes, path.level(), path.index(), bytes));
          var draft = rendered.draft();
          write(
              rows,
              String.join(
                  "\t",
                  draft.tenant().toString(),
                  Long.toString(i),
                  draft.id().toString(),
                  draft.correlationId().toString(),
                  draft.time().toString(),
                  draft.action(),
                  Long.toString(i),
                  "\\\\x" + previous.hex(),
                  "\\\\x"
                      + HEX.formatHex(
                          sealing.seal(
                              new Place(draft.tenant(), draft.id(), ContentDay.KEPT),
                              salt,
                              rendered.text().packed())),
                  "infinity"));
          batch.append(commitment.hex());
          if ((i + 1) % BATCH == 0 || i + 1 == entries) {
            write(leaves, i / BATCH * BATCH + "\t" + new UUID(i, i) + "\t\\\\x" + batch);
            batch.setLength(0);
          }
        }
        tiles.partials((path, bytes) -> {
          if (path.level() > 0) {
            tile(hashes, path.level(), path.index(), bytes);
          }
        });
      }
      try (var statement = first.createStatement()) {
        statement.execute(
            "update ledger.head set size = %d, range = '\\x%s'"
                .formatted(entries, HEX.formatHex(head.bytes())));
        statement.execute(
            "insert into ledger.chain values ('%s', %d, '\\x%s')"
                .formatted(MadeLog.TENANT, entries, last.hex()));
        statement.execute(
            "insert into kernel.generation (tenant_id) values ('" + MadeLog.TENANT + "')");
        statement.execute("vacuum analyze");
        statement.execute("checkpoint");
      }
    }
    System.out.printf(
        Locale.ROOT,
        "loaded %,d entries in %,d s%n",
        entries,
        Duration.ofNanos(System.nanoTime() - begin).toSeconds());
  }

  private static PGCopyOutputStream copy(Connection connection, String into) throws SQLException {
    return new PGCopyOutputStream(
        connection.unwrap(PGConnection.class), "copy " + into + " from stdin");
  }

  private static void tile(OutputStream out, int level, long index, byte[] hashes) {
    try {
      write(out, level + "\t" + index + "\t\\\\x" + HEX.formatHex(hashes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(OutputStream out, String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /// One connection that stays open, as a pool would keep it; for one thread.
  private static DataSource kept(DataSource source) throws SQLException {
    var connection = source.getConnection();
    var open =
        Proxy.newProxyInstance(
            ProofsAtSize.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, method, arguments) ->
                method.getName().equals("close") ? null : call(method, connection, arguments));
    return (DataSource)
        Proxy.newProxyInstance(
            ProofsAtSize.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (_, method, arguments) ->
                method.getName().equals("getConnection") ? open : call(method, source, arguments));
  }

  private static @Nullable Object call(Method method, Object on, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  private void measure(Path folder, long entries) throws InterruptedException, SQLException {
    var key = SigningKey.generate(ORIGIN, SignatureType.ED25519, new SecureRandom());
    try (var signer =
        new CheckpointSigner(
            as(DatabaseRole.SEQUENCER), key, folder.resolve("checkpoint"), new LogState(false))) {
      signer.start();
      if (signer.covering(entries, Duration.ofSeconds(30)).isEmpty()) {
        throw new IllegalStateException("no checkpoint covers the log");
      }
      var reader =
          new LedgerReader(
              new TenantTransactions(kept(as(DatabaseRole.APP))),
              signer,
              ORIGIN,
              contentKeys(folder));
      var principal = Principal.system(MadeLog.TENANT, "benchmark");
      var random = new SplittableRandom(2);
      for (int i = 0; i < WARM; i++) {
        reader.receipt(principal, random.nextLong(entries));
      }
      var indexes = random.longs(MEASURED, 0, entries).toArray();
      var receipt = "";
      for (var when : List.of("asked for the first time", "asked for again")) {
        var nanos = new long[MEASURED];
        for (int i = 0; i < MEASURED; i++) {
          long begin = System.nanoTime();
          receipt = reader.receipt(principal, indexes[i]);
          nanos[i] = System.nanoTime() - begin;
        }
        Arrays.sort(nanos);
        System.out.printf(
            Locale.ROOT,
            "%,d receipts of random entries, %s: p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms%n",
            MEASURED,
            when,
            at(nanos, 0.5),
            at(nanos, 0.99),
            at(nanos, 0.999));
      }
      if (!(Receipt.parse(receipt).verify(key.verifier()) instanceof Verdict.Verified)) {
        throw new IllegalStateException("the last receipt does not verify");
      }
      System.out.printf(Locale.ROOT, "alive on the heap after them: %.1f MB%n", aliveMegabytes());
      recompute(folder, signer.newest().orElseThrow().note(), TrustedKeys.of(key.verifier()));
    }
  }

  private void recompute(Path folder, SignedNote checkpoint, TrustedKeys keys) {
    double[] most = {0};
    long[] next = {0};
    long begin = System.nanoTime();
    var finding =
        new Fsck(as(DatabaseRole.FSCK), Optional.of(contentKeys(folder)))
            .run(
                List.of(checkpoint),
                keys,
                (checked, of) -> {
                  if (checked >= next[0]) {
                    most[0] = Math.max(most[0], aliveMegabytes());
                    next[0] = checked + of / COLLECTIONS;
                  }
                });
    double seconds = (System.nanoTime() - begin) / 1e9;
    switch (finding) {
      case Fsck.Finding.Damaged(var first) -> throw new IllegalStateException(first.toString());
      case Fsck.Finding.Sound sound ->
          System.out.printf(
              Locale.ROOT,
              "recomputed by fsck: %,d entries in %.1f s, %,.0f a second; alive on the heap at most %.1f MB%n",
              sound.entries(),
              seconds,
              sound.entries() / seconds,
              most[0]);
    }
  }

  private static double aliveMegabytes() {
    System.gc();
    var runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) / 1e6;
  }

  private static double at(long[] nanos, double part) {
    return nanos[Math.max(1, (int) Math.ceil(part * nanos.length)) - 1] / 1e6;
  }
}
