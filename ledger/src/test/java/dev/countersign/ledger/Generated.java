package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Generated cases for properties: each case has a seed of its own, and a failure names it.
final class Generated {
  static final Instant NOON = Instant.parse("2026-01-31T12:00:00.000001Z");
  static final TenantId TENANT = new TenantId(new UUID(0x70007000L, 0x8000000000000001L));
  static final TenantId OTHER = new TenantId(new UUID(0x70007000L, 0x8000000000000002L));

  private static final String ALPHABET = "abcxyz 0189\"\\/\n\t\u0001\u007fäß€😀\u2028";

  private Generated() {}

  static void holdsFor(int cases, Consumer<RandomGenerator> property) {
    Long replay = Long.getLong("property.seed");
    var seeds = new SplittableRandom();
    for (int i = 0; i < (replay == null ? cases : 1); i++) {
      long seed = replay == null ? seeds.nextLong() : replay;
      try {
        property.accept(new SplittableRandom(seed));
      } catch (AssertionError | RuntimeException failure) {
        throw new AssertionError("replay with -Dproperty.seed=" + seed, failure);
      }
    }
  }

  static byte[] bytes(RandomGenerator random, int count) {
    var bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  static Digest digest(RandomGenerator random) {
    return Digest.of(bytes(random, Digest.LENGTH));
  }

  static List<Digest> digests(RandomGenerator random, int count) {
    var digests = new ArrayList<Digest>(count);
    for (int i = 0; i < count; i++) {
      digests.add(digest(random));
    }
    return digests;
  }

  static Salt salt(RandomGenerator random) {
    return Salt.of(bytes(random, Salt.LENGTH));
  }

  static String text(RandomGenerator random, int min, int max) {
    var points = ALPHABET.codePoints().toArray();
    var text = new StringBuilder();
    int length = random.nextInt(min, max + 1);
    while (text.length() < length) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return text.toString();
  }

  static Json json(RandomGenerator random, int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 6)) {
      case 0 -> Json.NULL;
      case 1 -> Json.of(random.nextBoolean());
      case 2 -> Json.of(random.nextLong(-1000, 1000));
      case 3 -> Json.of(random.nextDouble() * Math.pow(10, random.nextInt(-20, 25)));
      case 4, 5 -> Json.of(text(random, 0, 12));
      case 6 -> {
        var items = new ArrayList<Json>();
        for (int i = random.nextInt(4); i > 0; i--) {
          items.add(json(random, depth - 1));
        }
        yield Json.array(items);
      }
      default -> object(random, depth - 1);
    };
  }

  static JsonObject object(RandomGenerator random, int depth) {
    var object = JsonObject.EMPTY;
    for (int i = random.nextInt(5); i > 0; i--) {
      object = object.with(text(random, 0, 6), json(random, depth));
    }
    return object;
  }

  static Entry.Draft draft(RandomGenerator random, TenantId tenant) {
    var ids = new Ids(Clock.fixed(NOON, ZoneOffset.UTC), random);
    return new Entry.Draft(
        ids.next(),
        tenant,
        NOON.plusNanos(random.nextLong(-1_000_000_000_000L, 1_000_000_000_000L)),
        "api_key:" + text(random, 1, 20),
        List.of("decision.made", "gate.freeze.set", "auth.login_failed").get(random.nextInt(3)),
        "claim",
        text(random, 0, 20),
        ids.next(),
        text(random, 0, 32),
        "192.0.2." + random.nextInt(256),
        object(random, 3));
  }
}
