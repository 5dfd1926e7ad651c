package dev.countersign.cli.tenant;

import dev.countersign.cli.api.Answer;
import dev.countersign.cli.api.Api;
import dev.countersign.cli.api.ServerOptions;
import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.cli.console.OutputFile;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `countersign tenant create`.
@Command(
    name = "create",
    description = "Make a tenant and show its administrator's key, once.",
    footer = {
      "",
      "Needs the key `platform` of the keys file. The new key is kept nowhere else: whoever loses",
      "it needs another one.",
      "",
      "Example:",
      "  countersign tenant create --slug acme --name 'Acme Pharmacy' --out acme.json"
    })
public final class CreateTenantCommand extends Help implements Callable<Integer> {
  private static final String PLATFORM = "platform";

  private final Console console;
  private final RandomGenerator random;

  @Option(
      names = "--slug",
      required = true,
      paramLabel = "SLUG",
      description = "Its short name: small letters, digits and dashes.")
  private String slug = "";

  @Option(names = "--name", required = true, paramLabel = "NAME", description = "Its full name.")
  private String name = "";

  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      description = "standard or demo; standard if not given.")
  private Profile profile = Profile.STANDARD;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the key to a new file that only you may read, instead of showing it.")
  private Optional<Path> out = Optional.empty();

  @Mixin private final ServerOptions options = new ServerOptions();

  /// How much a tenant is asked for before software acts alone.
  enum Profile {
    STANDARD,
    DEMO
  }

  public CreateTenantCommand(Console console, RandomGenerator random) {
    this.console = console;
    this.random = random;
  }

  @Override
  public Integer call() {
    if (out.filter(Files::exists).isPresent()) {
      throw new CommandFailure.NotUsable(
          "`" + out.get() + "` is there already", "name a new file: a key is never written over");
    }
    out.ifPresent(OutputFile::require);
    var server = options.server();
    var body =
        Json.object()
            .put("slug", slug)
            .put("name", name)
            .put("profile", profile.name().toLowerCase(Locale.ROOT))
            .build();
    JsonObject answer;
    try (var api = new Api(server.url(), random, _ -> {})) {
      api.requireServer();
      answer =
          api.post(server.key(PLATFORM), "/v1/tenants", Api.freshKey(random), body)
              .orFail("making tenant `" + slug + "`");
    }
    show(server.url().toString(), answer);
    return ExitCode.DONE;
  }

  private void show(String url, JsonObject answer) {
    var what = "making tenant `" + slug + "`";
    var id =
        answer.text("tenant_id").orElseThrow(() -> Answer.notUnderstood(what, "no `tenant_id`"));
    var key =
        answer.items("keys").stream()
            .findFirst()
            .flatMap(
                first -> first instanceof JsonObject made ? made.text("key") : Optional.empty())
            .orElseThrow(() -> Answer.notUnderstood(what, "it has no key"));
    console.out().println("tenant `" + slug + "` is made: " + id);
    if (out.isEmpty()) {
      console.out().println("its administrator's key, shown this once: " + key);
      return;
    }
    var file =
        Json.object()
            .put("url", url)
            .put("tenant_id", id)
            .put("api_keys", Json.object().put("admin", key).build())
            .build();
    try {
      write(out.get(), file + "\n");
      console.out().println("its administrator's key is in `" + out.get() + "`");
    } catch (IOException e) {
      // The key exists by now: it must not be lost for a full disk.
      console.out().println("its administrator's key, shown this once: " + key);
      throw new CommandFailure.Failed(
          "`" + out.get() + "` cannot be written: " + e.getMessage(), "keep the key above", e);
    }
  }

  private static void write(Path file, String text) throws IOException {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var options = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (var channel = FileChannel.open(file, options, ownerOnly);
        var writer = Channels.newWriter(channel, StandardCharsets.UTF_8)) {
      writer.write(text);
    }
  }
}
