package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.server.Http.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// The database does not answer when a key is looked up.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class FailedLookUpTest {
  private static final String NOBODY = "ck_0000000000000000." + "A".repeat(43);
  private static final String[] HERE = {"X-Forwarded-For", "198.51.100.55"};

  /// More than the bucket of an address holds and gets meanwhile.
  private static final int CALLS = 1_200;

  private static final int PORT_LINE = 3;

  private final Http http = new Http();

  FailedLookUpTest() throws IOException {}

  @Test
  void aLookUpThatFailsIsNobodysFailedAttempt() throws Exception {
    try (var database = superuser()) {
      var real =
          text(database, "select pg_get_functiondef('identity.find_key(text)'::regprocedure)");
      var result =
          text(database, "select pg_get_function_result('identity.find_key(text)'::regprocedure)");
      execute(database, outOfMemory(result));
      try {
        assertThat(codes()).containsOnly("503database_unavailable");
      } finally {
        execute(database, real);
      }
    }
    var known = http.get(NOBODY, "/v1/cases", HERE);
    assertThat(known.status()).as(known.body()).isEqualTo(401);
  }

  private static String outOfMemory(String result) {
    return """
    create or replace function identity.find_key(wanted text) returns %s
    language plpgsql stable security definer set search_path = '' as
    $$ begin raise exception 'no memory' using errcode = '53200'; end $$\
    """
        .formatted(result);
  }

  private List<String> codes() throws Exception {
    Callable<Answer> call = () -> http.get(NOBODY, "/v1/cases", HERE);
    var codes = new ArrayList<String>();
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (var answer : threads.invokeAll(Collections.nCopies(CALLS, call))) {
        codes.add(answer.get().status() + answer.get().code());
      }
    }
    return codes;
  }

  private static Connection superuser() throws IOException, SQLException {
    var postgres = TestServer.DATA.resolve("postgres");
    var port =
        Files.readAllLines(postgres.resolve("cluster/postmaster.pid")).get(PORT_LINE).strip();
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/countersign",
        "postgres",
        Files.readString(postgres.resolve("superuser-password")).strip());
  }

  private static String text(Connection database, String sql) throws SQLException {
    try (var statement = database.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static void execute(Connection database, String sql) throws SQLException {
    try (var statement = database.createStatement()) {
      statement.execute(sql);
    }
  }
}
