package dev.countersign.ledger.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.testkit.Property;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Texts come back as they were, and bytes that nobody packed come back as nothing.
class PackedTextTest {
  /// As entries are, with ids that no dictionary knows.
  private static byte[] text(RandomGenerator random) {
    var text = new StringBuilder("{\"action\":\"decision.made\",\"actor\":\"api_key:ck_");
    int members = random.nextInt(20);
    text.append(hex(random, 8)).append("\",\"correlation_id\":\"").append(hex(random, 16));
    for (int i = 0; i < members; i++) {
      text.append("\",\"member").append(random.nextInt(5)).append("\":\"").append(hex(random, 4));
    }
    return text.append("\"}").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String hex(RandomGenerator random, int bytes) {
    return HexFormat.of().formatHex(bytes(random, bytes));
  }

  private static byte[] bytes(RandomGenerator random, int length) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  @Test
  void whatIsPackedComesBack() {
    Property.holdsFor(
        1_000,
        random -> {
          var text = random.nextBoolean() ? text(random) : bytes(random, random.nextInt(3_000));
          var before = bytes(random, random.nextInt(40));
          var packed = PackedText.pack(text);
          var bytes = Arrays.copyOf(before, before.length + packed.length);
          System.arraycopy(packed, 0, bytes, before.length, packed.length);
          assertThat(PackedText.unpack(bytes, before.length)).hasValue(text);
          assertThat(packed.length).as("at worst").isLessThanOrEqualTo(text.length + 4);
        });
  }

  @Test
  void theSmallestAndTheLongestComeBackAndNothingLongerIsTaken() {
    for (int length : new int[] {0, 1, PackedText.LONGEST}) {
      var text = new byte[length];
      assertThat(PackedText.unpack(PackedText.pack(text), 0)).hasValue(text);
    }
    assertThatThrownBy(() -> PackedText.pack(new byte[PackedText.LONGEST + 1]))
        .hasMessageContaining("longer than");
  }

  @Test
  void aDecisionTakesLessThanAThird() {
    var text =
        """
        {"action":"decision.made","actor":"api_key:ck_0f3b6c1d9a8e7f25","correlation_id":"0197c2aa-51d3-7c44-9e0b-6a1f0c55d2e7",\
        "details":{"decision_id":"0197c2aa-51d3-7c44-9e0b-6a1f0c55d2e7","determining_policies":["base_permit"],\
        "evaluated_at":"2026-07-01T09:30:12.408211Z","latency_micros":17,"outcome":"permit",\
        "policies_digest":"9c1185a5c5e9fc54612808977ee8f548b2258d31a0f4b5f5c0a3e7d2c1b6a897","policy_version":4,"reason":"ok",\
        "request":{"action":{"name":"summarize","properties":{}},"context":{"declared":{},"metadata":{"intent":"refill"},\
        "model":{"data_classes":[],"external":false,"name":"m-7","provider":"p","registered":true},\
        "operation":{"name":"summarize","registered":true},"tenant":{"max_risk_score":50,"row_count_limit":10000,"token_limit":100000}},\
        "resource":{"id":"m-7","properties":{},"type":"model"},"subject":{"id":"ck_0f3b6c1d9a8e7f25",\
        "properties":{"roles":["agent"],"site":"main"},"type":"api_key"}},"risk_score":0,"shape":"check_1"},\
        "id":"0197c2aa-51d4-7a31-8c6d-2f9e4b7a1c03","previous":"3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b",\
        "resource":"decision","resource_id":"0197c2aa-51d3-7c44-9e0b-6a1f0c55d2e7","source":"10.1.2.3",\
        "tenant":"0197c2a0-1111-7222-8333-944455566677","tenant_seq":90817,"time":"2026-07-01T09:30:12.408211Z",\
        "trace_id":"5b8aa5a2d2c872e8321cf37308d69df2"}\
        """
            .getBytes(StandardCharsets.UTF_8);
    var packed = PackedText.pack(text);
    assertThat(packed.length).isLessThan(text.length / 3);
    assertThat(PackedText.unpack(packed, 0)).hasValue(text);
  }

  /// What was packed with it would be lost.
  @Test
  void aDictionaryNeverChanges() throws IOException, NoSuchAlgorithmException {
    try (var in = PackedText.class.getResourceAsStream("dictionary-1.zstd")) {
      var digest = MessageDigest.getInstance("SHA-256").digest(in.readAllBytes());
      assertThat(HexFormat.of().formatHex(digest))
          .isEqualTo("91b7fdb095778add507cc49c911caf631c4f62b6979090058f425551932ca00d");
    }
  }

  @Test
  void bytesThatNobodyPackedAreNothing() {
    Property.holdsFor(
        2_000,
        random -> {
          var text = text(random);
          var packed = PackedText.pack(text);
          var cut = Arrays.copyOf(packed, random.nextInt(packed.length));
          assertThat(PackedText.unpack(cut, 0).filter(back -> Arrays.equals(back, text))).isEmpty();
          var altered = packed.clone();
          altered[random.nextInt(packed.length)] ^= (byte) (1 + random.nextInt(255));
          // Whatever comes back has the length that the bytes say: never more memory than that.
          PackedText.unpack(altered, 0)
              .ifPresent(back -> assertThat(back.length).isLessThanOrEqualTo(PackedText.LONGEST));
          PackedText.unpack(bytes(random, random.nextInt(100)), 0);
        });
    assertThat(PackedText.unpack(new byte[0], 0)).isEmpty();
    assertThat(PackedText.unpack(new byte[] {1, 0, 0}, 0)).isEmpty();
    assertThat(PackedText.unpack(new byte[] {2, 0, 0, 0, 0}, 0)).as("a later form").isEmpty();
  }

  @Test
  void aFrameThatHoldsMoreOrLessThanItSaysIsNothing() {
    var packed = PackedText.pack(new byte[5_000]);
    for (int said : new int[] {0, 4_999, 5_001, PackedText.LONGEST + 1}) {
      var other = packed.clone();
      other[1] = (byte) (said >>> 16);
      other[2] = (byte) (said >>> 8);
      other[3] = (byte) said;
      assertThat(PackedText.unpack(other, 0)).as("%d bytes said", said).isEmpty();
    }
  }

  @Test
  void manyThreadsPackAtOnce() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var rounds = new ArrayList<Callable<Boolean>>();
      for (int i = 0; i < 64; i++) {
        var random = new Random(i);
        rounds.add(() -> {
          for (int round = 0; round < 200; round++) {
            var text = text(random);
            if (!Arrays.equals(text, PackedText.unpack(PackedText.pack(text), 0).orElseThrow())) {
              return false;
            }
          }
          return true;
        });
      }
      for (var round : threads.invokeAll(rounds)) {
        assertThat(round.get()).isTrue();
      }
    }
  }
}
