package dev.countersign.server;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.server.contract.Contract;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.ConfigProvider;

/// Talks to the test server as a stranger would, and holds every answer to the published contract.
final class Http {
  private static final int DEPTH = 64;

  /// What operators ask, in formats of their own; the contract is for those who build on the API.
  private static final Pattern OPERATIONS = Pattern.compile("/(health|metrics|openapi).*");

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Contract contract = Contract.load();
  private final JsonObject demo;

  Http() throws IOException {
    demo = JsonReader.readObject(Files.readString(TestServer.DATA.resolve("demo.json")));
  }

  /// An answer: status, headers, body.
  record Answer(int status, String body, HttpResponse<String> raw) {
    JsonObject json() {
      return (JsonObject) JsonReader.read(body, DEPTH);
    }

    String text(String name) {
      return json().text(name).orElseThrow(() -> new AssertionError(name + " in " + body));
    }

    long number(String name) {
      return json().number(name).orElseThrow().longValue();
    }

    String code() {
      return text("code");
    }
  }

  String key(String name) {
    return demo.object("api_keys").orElseThrow().text(name).orElseThrow();
  }

  String tenant() {
    return demo.text("tenant_id").orElseThrow();
  }

  static String url() {
    return "http://localhost:"
        + ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class);
  }

  Answer get(String key, String path, String... headers) {
    return send(key, "GET", path, Optional.empty(), headers);
  }

  Answer post(String key, String path, String body, String... headers) {
    return send(key, "POST", path, Optional.of(body), headers);
  }

  Answer put(String key, String path, String body) {
    return send(key, "PUT", path, Optional.of(body));
  }

  Answer patch(String key, String path, String body) {
    return send(key, "PATCH", path, Optional.of(body));
  }

  Answer delete(String key, String path) {
    return send(key, "DELETE", path, Optional.empty());
  }

  Answer delete(String key, String path, String body) {
    return send(key, "DELETE", path, Optional.of(body));
  }

  Answer send(String key, String method, String path, Optional<String> body, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .method(method, body.map(BodyPublishers::ofString).orElse(BodyPublishers.noBody()));
    if (!key.isEmpty()) {
      request.header("Authorization", "Bearer " + key);
    }
    if (body.isPresent() && !List.of(headers).contains("Content-Type")) {
      request.header("Content-Type", "application/json");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      var response = client.send(request.build(), BodyHandlers.ofString());
      var type = response.headers().firstValue("Content-Type").orElse("");
      if (!OPERATIONS.matcher(path).matches()) {
        contract.assertAnswer(
            method, path.split("\\?", 2)[0], response.statusCode(), type, response.body());
      }
      return new Answer(response.statusCode(), response.body(), response);
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
