package dev.countersign.cli.api;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.JsonReader.MalformedJson;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Where a server is, and the keys one has for it: what `demo.json` says.
///
/// @param tenantId whose keys they are; empty if the file does not say
/// @param keys by the name under which the file has them
/// @param file it was read from, for messages
public record Server(URI url, String tenantId, SortedMap<String, String> keys, Path file) {

  /// What the server writes into its data directory in the demo.
  public static final String DEMO_FILE = "demo.json";

  public Server {
    keys = Collections.unmodifiableSortedMap(new TreeMap<>(keys));
  }

  /// Reads a keys file; `url` is needed where the file names none, and wins where it does.
  public static Server read(Path file, Optional<URI> url) {
    var keys = new TreeMap<String, String>();
    try {
      var json = JsonReader.readObject(Files.readString(file));
      json.object("api_keys")
          .ifPresent(given ->
              given
                  .members()
                  .forEach((name, value) -> {
                    if (value instanceof JsonString(var key)) {
                      keys.put(name, key);
                    }
                  }));
      var address =
          url.or(() -> json.text("url").map(Server::address))
              .orElseThrow(() ->
                  new CommandFailure.NotUsable("`" + file + "` names no `url`", "give --url"));
      return new Server(address, json.text("tenant_id").orElse(""), keys, file);
    } catch (NoSuchFileException e) {
      throw new CommandFailure.NotUsable(
          "there is no `" + file + "`",
          "`countersign demo --data-dir DIR` writes DIR/" + DEMO_FILE + "; or give --keys FILE");
    } catch (MalformedJson e) {
      throw new CommandFailure.NotUsable(
          "`" + file + "` is not a keys file: " + e.getMessage(),
          "it looks like {\"url\":…,\"tenant_id\":…,\"api_keys\":{\"name\":\"key\"}}");
    } catch (IOException e) {
      throw new CommandFailure.Failed(
          "`" + file + "` cannot be read: " + e.getMessage(), "is it yours?", e);
    }
  }

  /// The address of a server as a person writes it.
  public static URI address(String text) {
    try {
      var uri = URI.create(text);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw unusable(text);
    }
    throw unusable(text);
  }

  private static CommandFailure unusable(String text) {
    return new CommandFailure.NotUsable(
        "`" + text + "` is not the address of a server", "write it as http://localhost:8080");
  }

  /// The key of that name.
  public String key(String name) {
    var key = keys.get(name);
    if (key == null) {
      throw new CommandFailure.NotUsable(
          "`" + file + "` has no key `" + name + "`",
          keys.isEmpty()
              ? "its `api_keys` is empty"
              : "it has " + String.join(", ", keys.keySet()));
    }
    return key;
  }

  /// Not the keys.
  @Override
  public String toString() {
    return url + " with keys of " + file;
  }
}
