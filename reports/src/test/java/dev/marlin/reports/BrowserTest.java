package dev.marlin.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Media;
import dev.marlin.reports.rows.Outcome;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Setup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pages in Debian's Chromium, from {@code file://}, with no network. Skipped where there is none.
 */
final class BrowserTest {
  private static final String EVIL = "<img src=x onerror=\"document.title='hacked'\"></script>";

  @TempDir static Path folder;
  private static @Nullable Playwright playwright;
  private static @Nullable Browser browser;
  private final List<String> complaints = new ArrayList<>();
  private Page page;

  @BeforeAll
  static void openBrowser() {
    Path chromium =
        Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(null);
    assumeTrue(chromium != null, "no Chromium: apt-get install chromium");
    new ReportWriter().write(Rows.results(rows()), folder);
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(chromium)
                    .setHeadless(true)
                    .setArgs(
                        List.of(
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-quic",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync")));
  }

  /**
   * 600 correct points of three networks, one that is named like markup, and ten that do not fit.
   */
  private static List<ResultRow> rows() {
    List<ResultRow> rows = new ArrayList<>();
    String[] models = {"alpha", "beta", EVIL};
    for (int i = 0; i < 600; i++) {
      Setup setup =
          Rows.memories(16L << (i % 3), 128L << (i / 3 % 3)).withClockHertz(100_000_000 + i);
      rows.add(Rows.correct("p" + i, models[i % 3], setup, 1_000_000 - 1000L * i));
    }
    for (int i = 0; i < 10; i++) {
      rows.add(
          Rows.bad(
              "q" + i,
              "alpha",
              Rows.memories(8, 128),
              Outcome.INFEASIBLE,
              "12 bytes missing " + EVIL));
    }
    return rows;
  }

  @AfterAll
  static void closeBrowser() {
    if (browser != null) {
      browser.close();
    }
    if (playwright != null) {
      playwright.close();
    }
  }

  @BeforeEach
  void openIndex() {
    page = java.util.Objects.requireNonNull(browser).newPage();
    page.onConsoleMessage(message -> complaints.add(message.type() + ": " + message.text()));
    page.onPageError(complaints::add);
    page.onRequest(
        request -> {
          if (!request.url().startsWith("file:") && !request.url().startsWith("data:")) {
            complaints.add("asked " + request.url());
          }
        });
    open("index.html");
  }

  private void open(String name) {
    page.navigate(folder.resolve(name).toUri().toString());
  }

  @AfterEach
  void pagesAreQuietAndUnharmed() {
    assertThat(page.title()).isNotEqualTo("hacked");
    assertThat(complaints).isEmpty();
    page.close();
  }

  private List<String> column(String head) {
    List<String> heads = page.locator("#table thead button").allInnerTexts();
    int at = heads.indexOf(head) + 1;
    return page.locator("#table tbody tr td:nth-child(" + at + ")").allInnerTexts();
  }

  @Test
  void aClickOnAHeadSortsAndASecondOneTurnsTheOrder() {
    page.locator("#table thead button", new Page.LocatorOptions().setHasText("cycles"))
        .first()
        .click();
    assertThat(column("cycles").get(0)).isEqualTo("401,000");
    assertThat(page.locator("th[aria-sort=ascending]").innerText()).isEqualTo("cycles");
    page.locator("#table thead button", new Page.LocatorOptions().setHasText("cycles"))
        .first()
        .click();
    assertThat(column("cycles").get(0)).isEqualTo("1,000,000");
  }

  @Test
  void pointsWithoutANumberStayAtTheEnd() {
    page.locator("#all").click();
    page.locator("#table thead button", new Page.LocatorOptions().setHasText("cycles"))
        .first()
        .click();
    List<String> cycles = column("cycles");
    assertThat(cycles).hasSize(610);
    assertThat(cycles.subList(600, 610)).containsOnly("–");
    page.locator("#table thead button", new Page.LocatorOptions().setHasText("cycles"))
        .first()
        .click();
    assertThat(column("cycles").subList(600, 610)).containsOnly("–");
  }

  @Test
  void theFilterTakesWordsAndConditions() {
    page.locator("#filter").fill("beta l1>=32 cycles<500000");
    assertThat(column("network")).isNotEmpty().containsOnly("beta");
    assertThat(column("L1 [KiB]")).containsOnly("32");
    page.locator("#filter").fill("infeasible");
    assertThat(page.locator("#table tbody tr").count()).isEqualTo(10);
    assertThat(page.locator("#shown").innerText()).isEqualTo("10 of 610 points");
    page.locator("#filter").fill("nothing like this");
    assertThat(page.locator("#table tbody tr").count()).isZero();
  }

  @Test
  void moreRowsCameOnDemand() {
    assertThat(page.locator("#table tbody tr").count()).isEqualTo(200);
    page.locator("#more").click();
    assertThat(page.locator("#table tbody tr").count()).isEqualTo(400);
  }

  @Test
  void aRowLeadsToItsPointAndBack() {
    page.locator("#table tbody a").first().click();
    assertThat(page.locator("h1").innerText()).isEqualTo("alpha");
    assertThat(page.locator("tbody tr").count()).isEqualTo(2);
    page.locator("nav a").first().click();
    assertThat(page.locator("h1").innerText()).isEqualTo("test sweep");
  }

  @Test
  void namesThatLookLikeMarkupAreText() {
    page.locator("#filter").fill("onerror");
    assertThat(column("network")).contains(EVIL);
    page.locator("#table tbody a").nth(1).click();
    assertThat(page.locator("body").innerText()).contains(EVIL);
    page.locator("nav a").nth(1).click();
    assertThat(page.locator("h1").innerText()).isNotEmpty();
    assertThat(page.locator("img[src=x]").count()).isZero();
  }

  @Test
  void darkPagesHaveDarkFigures() {
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
    page.reload();
    page.locator("figure img").first().scrollIntoViewIfNeeded();
    assertThat(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        .isEqualTo("rgb(21, 24, 28)");
    page.waitForFunction("document.querySelector('figure img').currentSrc !== ''");
    assertThat((String) page.evaluate("document.querySelector('figure img').currentSrc"))
        .endsWith("-dark.svg");
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    assertThat(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        .isEqualTo("rgb(255, 255, 255)");
  }

  @Test
  void theTableWorksFromTheKeyboard() {
    page.locator("#table thead button").nth(0).focus();
    page.keyboard().press("Enter");
    assertThat(page.locator("th[aria-sort=ascending]").count()).isEqualTo(1);
  }

  @Test
  void fiveThousandRowsAreThereWithinASecond(@TempDir Path large) {
    List<ResultRow> rows = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      Setup setup =
          Rows.memories(16L << (i % 3), 128L << (i / 3 % 3)).withClockHertz(1_000_000 + i);
      rows.add(Rows.correct("p" + i, "net" + i % 4, setup, 9_000_000 - i));
    }
    Path index = new ReportWriter().write(Rows.results(rows), large);
    double best = Double.POSITIVE_INFINITY;
    // The best of three: other programs may have the processor.
    for (int i = 0; i < 3; i++) {
      page.navigate(index.toUri().toString());
      page.waitForFunction(
          "performance.getEntriesByName('first-contentful-paint').length > 0"
              + " && document.querySelectorAll('#table tbody tr').length > 0");
      best =
          Math.min(
              best,
              ((Number)
                      page.evaluate(
                          "performance.getEntriesByName('first-contentful-paint')[0].startTime"))
                  .doubleValue());
    }
    System.out.printf("5000 rows: first paint after %.0f ms%n", best);
    assertThat(best).isLessThan(1000);
    assertThat(page.locator("#shown").innerText()).isEqualTo("5000 points");
  }

  @Test
  void printedPagesHaveNoControls() {
    page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
    assertThat(page.locator("#filter").isVisible()).isFalse();
    assertThat(page.locator("#more").isVisible()).isFalse();
    assertThat(page.locator("#table tbody tr").first().isVisible()).isTrue();
    assertThat(page.pdf()).startsWith("%PDF".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void theKeyboardReachesTablePointsAndFigures() {
    page.keyboard().press("Tab");
    assertThat((String) page.evaluate("document.activeElement.textContent"))
        .isEqualTo("To the table of all points");
    page.keyboard().press("Enter");
    assertThat(page.url()).endsWith("#points");
    assertThat((Integer) page.evaluate("[...document.images].filter(i => !i.alt).length")).isZero();
    assertThat((String) page.evaluate("document.documentElement.lang")).isEqualTo("en");
  }

  @Test
  void everyFigureLoads() {
    page.evaluate("document.querySelectorAll('img').forEach(i => i.loading = 'eager')");
    page.waitForFunction("[...document.images].every(i => i.complete)");
    assertThat(page.evaluate("[...document.images].filter(i => i.naturalWidth === 0).length"))
        .isEqualTo(0);
    assertThat((Integer) page.evaluate("document.images.length")).isGreaterThan(3);
  }
}
