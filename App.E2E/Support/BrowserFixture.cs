using System.Collections.Concurrent;
using Downbeat.E2E.Support;
using Downbeat.Tests.Support;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(BrowserFixture))]

namespace Downbeat.E2E.Support;

/// <summary>One Chromium for the whole run, started by the first visit. Take it as a constructor parameter of the test class.</summary>
public sealed class BrowserFixture : IAsyncDisposable
{
    private static readonly string Chromium = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage",
    ];

    // Only so that a hang ends as a failure: two cores may be busy with rendering and with other tests.
    private const int PatienceMilliseconds = 60_000;

    // What runs in the page has no patience of its own.
    private static readonly TimeSpan LongestVisit = TimeSpan.FromMinutes(8);

    private readonly Lazy<Task<IPlaywright>> playwright = new(Playwright.CreateAsync);
    private readonly Lazy<Task<IBrowser>> browser;

    /// <summary>Starts nothing yet.</summary>
    public BrowserFixture()
    {
        Assertions.SetDefaultExpectTimeout(PatienceMilliseconds);
        browser = new(async () => await (await playwright.Value).Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = Arguments }));
    }

    /// <summary>
    /// One person's visit, with cookies of its own. It fails when the journey does (a screenshot of every open tab is then in artifacts/failures), and also when the
    /// browser's console showed an error or a request failed. The test is skipped on a machine without Chromium.
    /// </summary>
    /// <param name="address">Where the studio is; the journey may use relative addresses.</param>
    /// <param name="journey">What the person does; it begins on an empty page.</param>
    /// <param name="screen">What the person looks at; <see cref="Screen.Desk"/> when left out.</param>
    /// <param name="expectedErrors">Parts of the errors that belong to the journey, such as "422".</param>
    public async Task VisitAsync(Uri address, Func<IPage, Task> journey, Screen? screen = null, params string[] expectedErrors)
    {
        Assert.SkipUnless(File.Exists(Chromium), $"Chromium is not installed at {Chromium}; ./test.sh installs it.");
        screen ??= Screen.Desk;
        await using var context = await (await browser.Value).NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            ViewportSize = new() { Width = screen.Width, Height = screen.Height },
            ColorScheme = screen.ColorScheme,
        });
        context.SetDefaultTimeout(PatienceMilliseconds);
        var errors = Watch(context);
        try
        {
            await journey(await context.NewPageAsync()).WaitAsync(LongestVisit);
        }
        catch (Exception e)
        {
            await PhotographAsync(context);
            if (!errors.IsEmpty)
            {
                throw new InvalidOperationException($"{e.Message}\nIn the browser's console:\n{string.Join('\n', errors)}", e);
            }

            throw;
        }

        Assert.DoesNotContain(errors, error => !expectedErrors.Any(error.Contains));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (browser.IsValueCreated)
        {
            await (await browser.Value).DisposeAsync();
        }

        if (playwright.IsValueCreated)
        {
            (await playwright.Value).Dispose();
        }
    }

    private static ConcurrentQueue<string> Watch(IBrowserContext context)
    {
        var errors = new ConcurrentQueue<string>();
        context.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                errors.Enqueue($"{message.Text} ({message.Location})");
            }
        };
        context.WebError += (_, error) => errors.Enqueue(error.Error);
        context.RequestFailed += (_, request) =>
        {
            // Leaving a page and seeking in a video abort requests; that is no failure.
            if (request.Failure is { } failure and not "net::ERR_ABORTED")
            {
                errors.Enqueue($"{request.Method} {request.Url}: {failure}");
            }
        };
        return errors;
    }

    private static async Task PhotographAsync(IBrowserContext context)
    {
        var name = string.Concat((TestContext.Current.Test?.TestDisplayName ?? "visit").Split(Path.GetInvalidFileNameChars()));
        foreach (var (number, page) in context.Pages.Index())
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(TestData.Repository, "artifacts", "failures", $"{name}-{number}.png") });
        }
    }
}
