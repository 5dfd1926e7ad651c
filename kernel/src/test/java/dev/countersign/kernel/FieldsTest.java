package dev.countersign.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.AbstractListAssert;
import org.assertj.core.api.ObjectAssert;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class FieldsTest {

  private static AbstractListAssert<?, List<? extends Tuple>, Tuple, ObjectAssert<Tuple>> problems(
      Fields fields) {
    var refused = catchThrowableOfType(Refusal.Invalid.class, fields::done);
    return assertThat(refused.violations()).extracting(Violation::pointer, Violation::code);
  }

  private static Fields fields(String body) {
    return Fields.of(JsonReader.read(body, 16));
  }

  @Test
  void everyProblemIsNamedAtOnce() {
    var fields =
        fields(
            """
            {"model":"", "truth":"yes", "count":1.5, "share":2, "id":"x", "digest":"00", "at":"noon",
             "extra":1, "details":[], "word":"maybe", "list":["ok",1,""], "objects":[{},3]}
            """);
    fields.string("model", 1, 200);
    fields.truth("truth");
    fields.integer("count", 0, 10);
    fields.optionalNumber("share", 0, 1);
    fields.uuid("id");
    fields.digest("digest");
    fields.optionalTime("at");
    fields.object("details");
    fields.word("word", "yes", "no");
    fields.strings("list", 5, 10);
    fields.nestedList("objects", 5);
    fields.string("missing", 1, 10);
    problems(fields)
        .containsExactly(
            tuple("/model", "wrong_length"),
            tuple("/truth", "wrong_type"),
            tuple("/count", "wrong_type"),
            tuple("/share", "out_of_range"),
            tuple("/id", "wrong_value"),
            tuple("/digest", "wrong_value"),
            tuple("/at", "wrong_value"),
            tuple("/details", "wrong_type"),
            tuple("/word", "wrong_value"),
            tuple("/list/1", "wrong_value"),
            tuple("/list/2", "wrong_value"),
            tuple("/objects/1", "wrong_type"),
            tuple("/missing", "missing"),
            tuple("/extra", "unknown_field"));
  }

  @Test
  void rightFieldsAreRead() {
    var fields =
        fields(
            """
            {"s":"x","t":true,"i":-3,"n":0.5,"u":"00000000-0000-7000-8000-000000000001",
             "at":"2026-01-31T09:00:00+01:00","l":["a","b"],"o":{"k":1},"w":"no","f":{"in":"ner"}}
            """);
    assertThat(fields.string("s", 1, 1)).isEqualTo("x");
    assertThat(fields.truth("t")).isTrue();
    assertThat(fields.integer("i", -3, 3)).isEqualTo(-3);
    assertThat(fields.optionalNumber("n", 0, 1)).contains(0.5);
    assertThat(fields.uuid("u")).isEqualTo(UUID.fromString("00000000-0000-7000-8000-000000000001"));
    assertThat(fields.optionalTime("at")).contains(Instant.parse("2026-01-31T08:00:00Z"));
    assertThat(fields.strings("l", 2, 1)).isEqualTo(List.of("a", "b"));
    assertThat(fields.object("o").number("k")).contains(1.0);
    assertThat(fields.word("w", "yes", "no")).isEqualTo("no");
    var inner = fields.nested("f");
    assertThat(inner.string("in", 1, 10)).isEqualTo("ner");
    inner.closed();
    assertThatCode(fields::done).doesNotThrowAnyException();
  }

  @Test
  void nullIsAbsentOnlyWhereAFieldMayBe() {
    var fields = fields("{\"a\":null,\"b\":null,\"c\":null,\"d\":null}");
    assertThat(fields.optionalString("a", 1, 10)).isEmpty();
    assertThat(fields.strings("d", 1, 10)).isEmpty();
    fields.string("b", 1, 10);
    fields.object("c");
    problems(fields).containsExactly(tuple("/b", "missing"), tuple("/c", "missing"));
  }

  @Test
  void unknownFieldsAreNamedWithEscapedPointers() {
    var fields = fields("{\"a/b\":1,\"c~d\":2,\"in\":{\"x/y~\":1}}");
    fields.nested("in").closed();
    problems(fields)
        .containsExactly(
            tuple("/in/x~1y~0", "unknown_field"),
            tuple("/a~1b", "unknown_field"),
            tuple("/c~0d", "unknown_field"));
  }

  @Test
  void problemsInNestedObjectsNameTheirPlace() {
    var fields = fields("{\"gate\":{\"level\":9},\"steps\":[{\"n\":1},{\"n\":\"x\"}]}");
    fields.nested("gate").integer("level", 1, 3);
    fields.nestedList("steps", 5).forEach(step -> step.integer("n", 0, 5));
    problems(fields)
        .containsExactly(tuple("/gate/level", "out_of_range"), tuple("/steps/1/n", "wrong_type"));
  }

  @Test
  void textThatTheDatabaseCannotHoldIsRefused() {
    var fields = fields("{\"s\":\"a\\u0000\",\"l\":[\"b\\u0000\"]}");
    fields.string("s", 1, 10);
    fields.strings("l", 5, 10);
    problems(fields).containsExactly(tuple("/s", "wrong_value"), tuple("/l/0", "wrong_value"));
  }

  @Test
  void tooManyItemsAreRefused() {
    var fields = fields("{\"l\":[\"a\",\"b\"],\"o\":[{},{}]}");
    fields.strings("l", 1, 10);
    fields.nestedList("o", 1);
    problems(fields).containsExactly(tuple("/l", "too_many"), tuple("/o", "too_many"));
  }

  @Test
  void integersAreWhole() {
    var fields = fields("{\"a\":1e2,\"b\":9007199254740992,\"c\":2.0}");
    assertThat(fields.integer("a", 0, 1000)).isEqualTo(100);
    fields.integer("b", 0, Long.MAX_VALUE);
    assertThat(fields.integer("c", 0, 1000)).isEqualTo(2);
    problems(fields).containsExactly(tuple("/b", "wrong_type"));
  }

  @Test
  void whatIsNoObjectIsRefused() {
    problems(Fields.of(Json.NULL)).containsExactly(tuple("", "wrong_type"));
  }
}
