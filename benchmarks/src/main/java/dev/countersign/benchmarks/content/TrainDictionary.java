package dev.countersign.benchmarks.content;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDictCompress;
import com.github.luben.zstd.ZstdDictTrainer;
import dev.countersign.kernel.CanonicalJson;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/// Makes a dictionary for the texts of entries from exports of demo tenants, and says what it
/// saves.
///
/// Every id, digest and random number of a text is replaced, so that the dictionary holds what
/// entries have in common and nothing of the tenant that they came from. Half of the texts make the
/// dictionary, the other half is compressed with it.
public final class TrainDictionary {
  private static final int SIZE = 8 << 10;
  private static final int LEVEL = 1;
  private static final int LARGEST = 16 << 20;
  private static final int ROUNDS = 50;
  private static final int DEEPEST = 64;
  private static final long SEED = 1;
  private static final Pattern RANDOM = Pattern.compile("[0-9a-f]{8,}|(?<![0-9])[0-9]{4,}");

  private TrainDictionary() {}

  /// @param args the dictionary's file, then exports that `countersign ledger export` wrote
  public static void main(String[] args) throws IOException {
    if (args.length < 2) {
      throw new IllegalArgumentException("say the dictionary's file, then exports");
    }
    var random = new Random(SEED);
    var texts = new ArrayList<byte[]>();
    for (int i = 1; i < args.length; i++) {
      for (var line : Files.readAllLines(Path.of(args[i]))) {
        if (JsonReader.read(line, DEEPEST) instanceof JsonObject object) {
          object.object("entry").ifPresent(entry -> texts.add(scrubbed(entry, random)));
        }
      }
    }
    Collections.shuffle(texts, random);
    var training = texts.subList(0, texts.size() / 2);
    var trainer = new ZstdDictTrainer(LARGEST, SIZE, LEVEL);
    training.forEach(trainer::addSample);
    var dictionary = trainer.trainSamples();
    Files.write(Path.of(args[0]), dictionary);
    report(dictionary, texts.subList(training.size(), texts.size()));
  }

  private static byte[] scrubbed(JsonObject entry, Random random) {
    var text = new String(CanonicalJson.bytes(entry), StandardCharsets.UTF_8);
    var scrubbed =
        RANDOM
            .matcher(text)
            .replaceAll(match -> {
              var other = new StringBuilder();
              int radix = match.group().chars().anyMatch(c -> c >= 'a') ? 16 : 10;
              for (int i = 0; i < match.group().length(); i++) {
                other.append(Character.forDigit(random.nextInt(radix), radix));
              }
              return other.toString();
            });
    return scrubbed.getBytes(StandardCharsets.UTF_8);
  }

  private static void report(byte[] dictionary, List<byte[]> texts) {
    try (var shared = new ZstdDictCompress(dictionary, LEVEL);
        var compressor = new ZstdCompressCtx().loadDict(shared)) {
      compressor.setContentSize(false).setDictID(false).setChecksum(false);
      var room = new byte[1 << 20];
      long plain = 0;
      long packed = 0;
      long best = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS; round++) {
        plain = 0;
        packed = 0;
        long start = System.nanoTime();
        for (var text : texts) {
          packed += compressor.compressByteArray(room, 0, room.length, text, 0, text.length);
          plain += text.length;
        }
        best = Math.min(best, System.nanoTime() - start);
      }
      System.out.printf(
          "dictionary of %d bytes; %d texts that it was not made from: %d -> %d bytes each, %.2f us%n",
          dictionary.length,
          texts.size(),
          plain / texts.size(),
          packed / texts.size(),
          best / 1e3 / texts.size());
    }
  }
}
