package dev.countersign.server.demo;

import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.server.config.CountersignConfig;
import dev.countersign.server.config.StartRefused;
import dev.countersign.server.yaml.MalformedYaml;
import dev.countersign.server.yaml.YamlReader;
import dev.countersign.workflow.Pack;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The scenario packs of this installation: files `<name>.yaml` in one folder.
@Singleton
public final class Packs {
  private static final String ENDING = ".yaml";

  /// In characters; ours have not a tenth of it.
  private static final int LARGEST = 256 * 1024;

  /// A name that is one leads nowhere else than into the folder.
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,99}");

  private final Path folder;
  private final Optional<List<String>> chosen;

  Packs(CountersignConfig config) {
    this.folder = config.packs();
    this.chosen = config.demoPacks();
  }

  /// The pack of that name; throws `Refusal.NotFound` if there is none.
  public Pack named(String name) {
    return find(name)
        .orElseThrow(() ->
            new Refusal.NotFound("pack", name.length() <= 100 ? name : name.substring(0, 100)));
  }

  /// Those with which a demo begins, by name; throws [StartRefused] if one is not there.
  SortedMap<String, Pack> chosen() {
    var packs = new TreeMap<String, Pack>();
    for (var name : chosen.orElseGet(() -> all(folder))) {
      packs.put(name, find(name).orElseThrow(() -> missing(folder, name)));
    }
    return packs;
  }

  /// Throws [StartRefused] if the folder cannot be read or lacks one of these; reads none of them.
  public static void require(Path folder, List<String> names) {
    var there = all(folder);
    for (var name : names) {
      if (!there.contains(name)) {
        throw missing(folder, name);
      }
    }
  }

  private static StartRefused missing(Path folder, String name) {
    return new StartRefused(
        "there is no pack `" + name + "`",
        "`" + folder + "` has " + String.join(", ", all(folder)));
  }

  private static List<String> all(Path folder) {
    try (var files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(file -> file.endsWith(ENDING))
          .map(file -> file.substring(0, file.length() - ENDING.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new StartRefused(
          "the scenario packs cannot be read from `" + folder + "`",
          "set `countersign.packs` to the folder `packs` of the installation");
    }
  }

  private Optional<Pack> find(String name) {
    if (!NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    var file = folder.resolve(name + ENDING);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      var yaml = YamlReader.read(Files.readString(file), LARGEST, JsonReader.DEFAULT_DEPTH);
      return Optional.of(Pack.parse(yaml));
    } catch (MalformedYaml wrong) {
      throw new IllegalStateException("`" + file + "` is no pack: " + wrong.getMessage(), wrong);
    } catch (Refusal.Invalid wrong) {
      // A file of the operator's, not what a caller sent.
      throw new IllegalStateException("`" + file + "` is no pack: " + wrong.violations(), wrong);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
