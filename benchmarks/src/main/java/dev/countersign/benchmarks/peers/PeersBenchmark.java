package dev.countersign.benchmarks.peers;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The same decision by our engine and by others.
///
/// The question is ready in each engine's own terms, as a caller has it who already holds it; what
/// the engine makes of it, serializing included, is measured.
@State(Scope.Benchmark)
@BenchmarkMode({Mode.SampleTime, Mode.AverageTime})
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class PeersBenchmark {

  /// Who decides.
  @Param({"countersign", "cedar", "jcasbin", "sapl"})
  public String engine = "countersign";

  /// By which rules: the starter set, or so many of which eight apply.
  @Param({"starter", "40", "10000"})
  public String rules = "starter";

  private BooleanSupplier measured = () -> false;

  /// Refuses to measure an engine that decides anything else.
  @Setup
  public void ask() {
    var wanted = Rules.of(rules);
    var asked = engine(wanted);
    for (var question : Question.ALL) {
      if (asked.ask(question).getAsBoolean() != wanted.permit(question)) {
        throw new IllegalStateException(
            "`%s` does not answer %b to %s".formatted(engine, wanted.permit(question), question));
      }
    }
    measured = asked.ask(Question.MEASURED);
  }

  private Engine engine(Rules wanted) {
    return switch (engine) {
      case "countersign" -> new CountersignEngine(wanted);
      case "cedar" -> new CedarEngine(wanted);
      case "jcasbin" -> new CasbinEngine(wanted);
      case "sapl" -> new SaplEngine(wanted);
      default -> throw new IllegalArgumentException("no engine `" + engine + "`");
    };
  }

  @Benchmark
  public boolean decide() {
    return measured.getAsBoolean();
  }
}
