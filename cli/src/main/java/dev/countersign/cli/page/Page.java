package dev.countersign.cli.page;

/// A page that needs nothing else: no script, no font, no picture from anywhere. It has the colours
/// of its reader's system, light or dark.
public final class Page {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1b1b1f; --paper: #ffffff; --line: #9a9aa5;
        --good: #2f7d5b; --harm: #b3372f; --no: #8a6fb0; --open: #c9a227; --range: #3d6fb6; --plain: #7a7a86; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e8e8ee; --paper: #17171b; --line: #6b6b78;
        --good: #5cb48b; --harm: #e0756c; --no: #b49bd6; --open: #dcbf5a; --range: #7aa5e3; --plain: #a2a2ae; } }
      body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
        max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
      h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
      table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .25rem .75rem .25rem 0;
        border-bottom: 1px solid var(--line); vertical-align: top; } td.n, th.n { text-align: right; }
      svg { width: 100%; height: auto; } svg text { fill: var(--ink); font-size: 12px; }
      .whisker { stroke: var(--ink); stroke-width: 2; } .axis { stroke: var(--line); stroke-width: 1.5; } .good { fill: var(--good); } .harm { fill: var(--harm); }
      .no { fill: var(--no); } .open { fill: var(--open); } .range { fill: var(--range); opacity: .45; }
      .dot { fill: var(--range); } .key { display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 1em; }
      .key.good { background: var(--good); } .key.harm { background: var(--harm); }
      .key.no { background: var(--no); } .key.open { background: var(--open); }
      .curve { fill: none; stroke-width: 2; } .c0 { stroke: var(--range); stroke-width: 3.5; } .c1 { stroke: var(--harm); }
      .c2 { stroke: var(--open); } .c3 { stroke: var(--no); } .c4 { stroke: var(--good); } .c5 { stroke: var(--plain); stroke-dasharray: 6 4; }
      .k0 { background: var(--range); } .k1 { background: var(--harm); } .k2 { background: var(--open); }
      .k3 { background: var(--no); } .k4 { background: var(--good); } .k5 { background: var(--plain); }
      .verdict { font-weight: 600; border-left: 4px solid var(--range); padding-left: .75rem; }
      """;

  private Page() {}

  /// Everything up to the first heading.
  public static void begin(Markup page, String title) {
    page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
    // Even if something from elsewhere came through unescaped, it would not run and fetch nothing.
    page.raw(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
    page.element("title", title);
    page.raw("<style>\n" + STYLE + "</style>\n</head>\n<body>\n");
  }

  /// The whole page.
  public static String end(Markup page) {
    return page.raw("</body>\n</html>\n").toString();
  }
}
