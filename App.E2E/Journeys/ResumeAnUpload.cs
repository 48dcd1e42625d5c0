using System.Collections.Concurrent;
using Downbeat.E2E.Support;
using Downbeat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Journeys;

/// <summary>Somebody brings a large file, and something comes between: it goes on where it was.</summary>
public sealed class ResumeAnUpload(BrowserFixture browser, StudioFixture studio)
{
    private const string Zone = "Drop songs here";
    private const long PartBytes = 4 << 20;

    /// <summary>What the browser says about requests that a test cuts off.</summary>
    private static readonly string[] CutOff = ["net::ERR_"];

    [Fact]
    public async Task An_upload_goes_on_after_a_reload_and_only_the_rest_is_sent()
    {
        var file = await Footage.LargeSongAsync();
        using var owner = await ApiCaller.RegisterAsync(studio.Address);
        await browser.VisitAsync(studio.Address, async page =>
        {
            var wire = new Wire(page);
            await page.SignInAsync(owner.Email);
            await StandInTheMiddleAsync(page, wire, file);
            await page.WaitForFunctionAsync(IsKept);
            wire.Clear();

            await page.ReloadAsync();
            await Expect(Row(page, file)).ToContainTextAsync("39% of 10.6 MB");
            await wire.LetThroughAsync();
            await ArrivesAsync(page, owner, file);
            Assert.Equal([("HEAD", null), ("PATCH", PartBytes), ("PATCH", 2 * PartBytes)], wire.Requests);
            Assert.Equal(0, await page.EvaluateAsync<int>("Object.keys(localStorage).filter(key => key.startsWith('downbeat.upload.')).length"));
            await page.WaitForFunctionAsync($"async () => !await ({IsKept})()");
        });
    }

    [Fact]
    public async Task An_upload_waits_out_a_broken_connection()
    {
        var file = await Footage.LargeSongAsync();
        using var owner = await ApiCaller.RegisterAsync(studio.Address);
        await browser.VisitAsync(
            studio.Address,
            async page =>
            {
                var wire = new Wire(page);
                await page.SignInAsync(owner.Email);
                await StandInTheMiddleAsync(page, wire, file);

                await wire.CutAsync();
                await Expect(Row(page, file)).ToContainTextAsync("39%, waiting to go on");
                await wire.LetThroughAsync();
                await ArrivesAsync(page, owner, file);
                Assert.Equal(1, wire.Requests.Count(request => request.Method == "POST"));
                Assert.Equal([0, PartBytes, 2 * PartBytes], wire.Requests.Where(request => request.Offset is not null).Select(request => request.Offset!.Value).Distinct());
            },
            expectedErrors: CutOff);
    }

    [Fact]
    public async Task Where_the_browser_keeps_no_files_the_upload_goes_on_when_the_file_is_chosen_again()
    {
        var file = await Footage.LargeSongAsync();
        using var owner = await ApiCaller.RegisterAsync(studio.Address);
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.AddInitScriptAsync("Object.defineProperty(window, 'indexedDB', { value: undefined })");
            var wire = new Wire(page);
            await page.SignInAsync(owner.Email);
            await StandInTheMiddleAsync(page, wire, file);
            wire.Clear();

            await page.ReloadAsync();
            await Expect(page.GetByText("Choose large.wav again to go on.")).ToBeVisibleAsync();
            await wire.LetThroughAsync();
            Assert.Empty(wire.Requests);
            await page.BringAsync(Zone, file);
            await ArrivesAsync(page, owner, file);
            Assert.Equal([("HEAD", null), ("PATCH", PartBytes), ("PATCH", 2 * PartBytes)], wire.Requests);
        });
    }

    [Fact]
    public async Task What_waits_is_seen_where_it_belongs_and_what_was_stopped_does_not_come_back()
    {
        var file = await Footage.LargeSongAsync();
        using var owner = await ApiCaller.RegisterAsync(studio.Address);
        var song = (await owner.UploadAsync("songs", await SmallMedia.SongAsync())).GetProperty("id").GetString();
        using var other = await ApiCaller.RegisterAsync(studio.Address);
        await browser.VisitAsync(studio.Address, async page =>
        {
            var wire = new Wire(page);
            await page.SignInAsync(owner.Email);
            await StandInTheMiddleAsync(page, wire, file);
            await page.WaitForFunctionAsync(IsKept);
            await page.GotoAsync($"/songs/{song}");
            await Expect(page.GetByLabel("Drop clips here")).ToBeEnabledAsync();
            await page.AliveAsync();
            await Expect(Row(page, file)).ToHaveCountAsync(0);
            await page.Locator("summary").Filter(new() { HasText = owner.Email }).ClickAsync();
            await page.Button("Sign out").ClickAsync();
            await page.SignInAsync(other.Email);
            await page.AliveAsync();
            await Expect(Row(page, file)).ToHaveCountAsync(0);

            await page.Context.ClearCookiesAsync();
            await page.SignInAsync(owner.Email);
            await Expect(Row(page, file)).ToContainTextAsync("39% of 10.6 MB");
            var stopped = page.WaitForResponseAsync(answer => answer.Request.Method == "DELETE");
            await page.Button("Stop uploading large.wav").ClickAsync();
            Assert.Equal(204, (await stopped).Status);
            await page.ReloadAsync();
            await page.AliveAsync();
            await Expect(Row(page, file)).ToHaveCountAsync(0);
            Assert.Equal(1, (await owner.GetAsync("songs")).GetProperty("total").GetInt32());
        });
    }

    [Fact]
    public async Task Two_tabs_do_not_send_the_same_file_and_the_second_goes_on_when_the_first_is_closed()
    {
        var file = await Footage.LargeSongAsync();
        using var owner = await ApiCaller.RegisterAsync(studio.Address);
        await browser.VisitAsync(
            studio.Address,
            async page =>
            {
                var wire = new Wire(page);
                await page.SignInAsync(owner.Email);
                await StandInTheMiddleAsync(page, wire, file);
                await page.WaitForFunctionAsync(IsKept);

                var second = await page.Context.NewPageAsync();
                var secondWire = new Wire(second);
                await second.GotoAsync("/songs");
                await second.AliveAsync();
                await Expect(Row(second, file)).ToHaveCountAsync(0);
                Assert.Empty(secondWire.Requests);
                await page.CloseAsync();
                await ArrivesAsync(second, owner, file);
                Assert.DoesNotContain(secondWire.Requests, request => request.Method == "POST" || request.Offset == 0);
            },
            expectedErrors: "423"); // The studio may hear of the new tab before it hears that the old one has gone.
    }

    [Fact]
    public async Task A_studio_that_is_killed_goes_on_with_the_upload()
    {
        var file = await Footage.LargeSongAsync();
        await using var mortal = await StudioProcess.RunAsync();
        using var owner = await ApiCaller.RegisterAsync(mortal.Address);
        await browser.VisitAsync(
            mortal.Address,
            async page =>
            {
                var wire = new Wire(page);
                await page.SignInAsync(owner.Email);
                await StandInTheMiddleAsync(page, wire, file);
                await page.WaitForFunctionAsync(IsKept);
                await mortal.KillAsync();
                await wire.LetThroughAsync();
                await mortal.StartAsync();
                await ArrivesAsync(page, owner, file);
                Assert.Equal(1, wire.Requests.Count(request => request.Method == "POST"));
                Assert.Equal(1, wire.Requests.Count(request => request.Offset == 0));
            },
            expectedErrors: ""); // A page whose studio dies complains of many things.
    }

    private const string IsKept = """
        () => new Promise(resolve => {
          const request = indexedDB.open('downbeat-uploads');
          request.onsuccess = () => {
            const count = request.result.transaction('files').objectStore('files').count();
            count.onsuccess = () => resolve(count.result > 0);
          };
        })
        """;

    /// <summary>Brings a file, of which the first part arrives and the second stands still on the way.</summary>
    private static async Task StandInTheMiddleAsync(IPage page, Wire wire, string file)
    {
        await wire.HoldAsync();
        await page.BringAsync(Zone, file);
        await wire.Held.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await Expect(Row(page, file)).ToContainTextAsync("39% of 10.6 MB");
    }

    /// <summary>The song is there once, byte by byte.</summary>
    private static async Task ArrivesAsync(IPage page, ApiCaller owner, string file)
    {
        await Expect(page.SongLink("large")).ToBeVisibleAsync(new() { Timeout = Gestures.Patience });
        await Expect(Row(page, file)).ToHaveCountAsync(0);
        var song = Assert.Single((await owner.GetAsync("songs")).GetProperty("items").EnumerateArray());
        Assert.Equal(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), await owner.Http.GetByteArrayAsync($"songs/{song.GetProperty("id")}/audio", TestContext.Current.CancellationToken));
    }

    private static ILocator Row(IPage page, string file) =>
        page.GetByRole(AriaRole.List, new() { Name = "Uploads" }).GetByRole(AriaRole.Listitem).Filter(new() { HasText = Path.GetFileName(file) });

    /// <summary>The way from a page to the studio's uploads, which the test can block.</summary>
    private sealed class Wire
    {
        private const string Uploads = "**/api/v1/uploads/*";
        private readonly IPage page;
        private readonly ConcurrentQueue<(string Method, long? Offset)> requests = [];
        private readonly List<IRoute> held = [];
        private bool isCut;

        public Wire(IPage page)
        {
            this.page = page;
            page.Request += (_, request) =>
            {
                if (request.Url.Contains("/api/v1/uploads", StringComparison.Ordinal))
                {
                    requests.Enqueue((request.Method, request.Headers.TryGetValue("upload-offset", out var offset) ? long.Parse(offset) : null));
                }
            };
        }

        /// <summary>Requests so far, with the offsets of parts.</summary>
        public IReadOnlyCollection<(string Method, long? Offset)> Requests => requests;

        /// <summary>A part stands still.</summary>
        public TaskCompletionSource Held { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Clear() => requests.Clear();

        /// <summary>From now on only the first part comes through.</summary>
        public async Task HoldAsync() => await page.RouteAsync(Uploads, async route =>
        {
            if (isCut)
            {
                await route.AbortAsync("connectionfailed");
            }
            else if (route.Request.Headers.TryGetValue("upload-offset", out var offset) && offset != "0")
            {
                held.Add(route);
                Held.TrySetResult();
            }
            else
            {
                await route.ContinueAsync();
            }
        });

        /// <summary>What stands still breaks, and nothing comes through.</summary>
        public async Task CutAsync()
        {
            isCut = true;
            await Task.WhenAll(held.Select(route => route.AbortAsync("connectionreset")));
        }

        /// <summary>Everything comes through again, also what stood still.</summary>
        public Task LetThroughAsync() => page.UnrouteAsync(Uploads);
    }
}
