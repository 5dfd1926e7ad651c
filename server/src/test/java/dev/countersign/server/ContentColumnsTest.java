package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.ledger.usecase.EraseContent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Every column of a tenant's table in which content could stand is reached by an erasure, or is
/// listed in `content-columns.txt` with the reason why none stands in it.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class ContentColumnsTest {
  @Inject EraseContent erase;

  @Test
  void everyColumnIsReachedOrListed() throws IOException {
    var catalog =
        new TreeSet<>(
            BehindTheCurtain.lines(
                """
                select n.nspname || '.' || c.relname || '.' || a.attname
                from pg_class c
                  join pg_namespace n on n.oid = c.relnamespace
                  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                  join pg_type t on t.oid = a.atttypid
                where c.relkind in ('r', 'p') and not c.relispartition
                  and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'
                  and exists (select from pg_attribute k where k.attrelid = c.oid and k.attname = 'tenant_id')
                  and t.typname not in ('uuid', '_uuid', 'bool', 'int2', 'int4', 'int8', '_int8', 'float8', 'date', 'timestamptz')
                """));
    var reached = erase.columns();
    var listed = new TreeSet<String>();
    for (var line : listed()) {
      var parts = line.split(": ", 2);
      assertThat(parts).as(line).hasSize(2);
      assertThat(listed.add(parts[0])).as("twice: " + line).isTrue();
    }
    assertThat(listed).as("reached and listed").doesNotContainAnyElementsOf(reached);
    var both = new TreeSet<>(reached);
    both.addAll(listed);
    assertThat(both).isEqualTo(catalog);
  }

  private static String[] listed() throws IOException {
    try (var list = ContentColumnsTest.class.getResourceAsStream("/content-columns.txt")) {
      return new String(list.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toArray(String[]::new);
    }
  }
}
