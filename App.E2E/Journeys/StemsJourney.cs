using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Downbeat.E2E.Support;
using Downbeat.Features.Demo;
using Downbeat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Journeys;

/// <summary>Somebody has a song split, mixes its stems and takes the mix along. What is heard is checked on samples: those of the page's own graph, and those of the files that are given out.</summary>
public sealed class StemsJourney(BrowserFixture browser, StudioFixture studio)
{
    private const int SampleRate = 44100;
    private const int SongFrames = 6 * SampleRate;
    private const int JoinFrames = 221;
    private const double SameDb = -80;
    private const double HeardDb = -60;
    private static readonly string[] Names = ["vocals", "drums", "bass", "other"];

    // Six seconds of the demo song's chorus, with somebody who sings to it; so quiet that no mix of the stems goes beyond full scale.
    private static readonly Lazy<Task<string>> Song = new(async () =>
    {
        const int firstBar = 8;
        var notes = DemoSongScore.Notes().Where(note => note.Step >= firstBar * DemoSongScore.StepsPerBar).Select(note => note with { Step = note.Step - (firstBar * DemoSongScore.StepsPerBar) });
        var part = DemoSongMix.Render(notes.TakeWhile(note => DemoSongScore.SampleOf(note.Step) < SongFrames), SongFrames, CancellationToken.None);
        var raw = Path.Combine(Directory.CreateTempSubdirectory("downbeat-demo-song-").FullName, "part.f32");
        await File.WriteAllBytesAsync(raw, MemoryMarshal.AsBytes(part.Left.Zip(part.Right).SelectMany(sides => new[] { sides.First, sides.Second }).ToArray()).ToArray());
        return await SmallMedia.MakeAsync("First Light.wav", "-f", "f32le", "-ar", $"{SampleRate}", "-ac", "2", "-i", raw, "-i", TestData.PathOf("stems/music_delta_80s_rock.stem.mp4"), "-filter_complex", "[0:a]volume=0.4[band];[1:a:4]volume=0.5[voice];[band][voice]amix=2:duration=shortest:normalize=0");
    });

    [Fact]
    public async Task The_demo_song_is_split_and_mixed_and_the_file_is_what_the_mixer_plays()
    {
        using var owner = await ApiCaller.RegisterAsync(studio.Address);
        var songId = await owner.AddSongAsync(await Song.Value);
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.SignInAsync(owner.Email);
            await page.AddInitScriptAsync(
                $$"""
                window.starts = [];
                const start = AudioBufferSourceNode.prototype.start;
                AudioBufferSourceNode.prototype.start = function (at) {
                  const sound = this.buffer.getChannelData(0);
                  window.starts.push([at, sound.length, sound[0], ...sound.slice(-{{JoinFrames}})]);
                  return start.call(this, at);
                };
                """);
            await page.GotoAsync($"/songs/{songId}");
            await page.GetByRole(AriaRole.Link, new() { Name = "Stems and mixer" }).ClickAsync();
            await page.Button("Split into 4 stems").ClickAsync();
            await Expect(Mixer(page)).ToHaveAttributeAsync("data-ready", "true", new() { Timeout = Gestures.Patience });
            await Expect(page.GetByText("100 % of 0:06")).ToBeVisibleAsync();

            await page.Keyboard.PressAsync("2");
            await page.Keyboard.PressAsync("s");
            await Expect(page.Button("Solo Drums")).ToHaveAttributeAsync("aria-pressed", "true");
            await Expect(Lane(page, "Vocals")).ToHaveAccessibleDescriptionAsync(new Regex("^not heard: another stem is solo"));
            AssertSame((await StemsAsync(owner, songId))[1], await DownloadAsync(page));

            await page.Keyboard.PressAsync("s");
            await SelectAsync(page, 0.25, 0.5);
            await page.Button("Mute Vocals in the selection").ClickAsync();
            await page.GetByRole(AriaRole.Slider, new() { Name = "Level of Drums" }).FillAsync("-6");
            await page.GetByRole(AriaRole.Slider, new() { Name = "Pan of Bass" }).FillAsync("-40");
            await Expect(Lane(page, "Vocals")).ToHaveAccessibleDescriptionAsync(new Regex("muted from 0:01 to 0:0[23]"));
            var file = await DownloadAsync(page);
            AssertSame(await RenderAsync(page, songId, file.Length / 2), file);
            await AssertVoiceIsSilentWhereItWasMutedAsync(owner, songId, file);
            await AssertAllPlayTogetherAsync(page);
            await AssertLoopHasNoSeamAsync(page, owner, songId);

            await page.ReloadAsync();
            await Expect(Mixer(page)).ToHaveAttributeAsync("data-ready", "true");
            await Expect(Lane(page, "Vocals")).ToHaveAccessibleDescriptionAsync(new Regex("muted from 0:01 to 0:0[23]"));
            await Expect(Lane(page, "Drums")).ToHaveAccessibleDescriptionAsync(new Regex(@"^−6\.0 dB"));
            await Screen.PhotographAsync(page, "stems");
            Assert.Empty(await Axe.FindingsAsync(page));
            await AssertFitsAPhoneAsync(page);
            await AssertTakenBackAsync(page);

            await page.Button("Karaoke").ClickAsync();
            var karaoke = await DownloadAsync(page);
            var stems = await StemsAsync(owner, songId);
            AssertSame([.. karaoke.Select((_, n) => OthersAt(stems, n))], karaoke);

            await page.Button("Remove these stems").ClickAsync();
            await page.Button("Remove").ClickAsync();
            await Expect(page.Button("Split into 4 stems")).ToBeVisibleAsync();
        });
    }

    private static ILocator Mixer(IPage page) => page.GetByRole(AriaRole.Region, new() { Name = "Mixer", Exact = true });

    private static ILocator Lane(IPage page, string name) => page.GetByRole(AriaRole.Group, new() { Name = name, Exact = true });

    /// <summary>Drags over a lane, from one share of the song to another.</summary>
    private static async Task SelectAsync(IPage page, double from, double to)
    {
        var lane = page.Locator("[data-stage]").Nth(1);
        await lane.ScrollIntoViewIfNeededAsync();
        var box = (await lane.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (float)(from * box.Width), box.Y + (box.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + (float)(to * box.Width), box.Y + (box.Height / 2), new() { Steps = 4 });
        await page.Mouse.UpAsync();
        await Expect(page.Button("Mute Vocals in the selection")).ToBeEnabledAsync();
    }

    private static async Task<float[]> DownloadAsync(IPage page)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download the mix" }).ClickAsync());
        return WavReader.Read(await File.ReadAllBytesAsync(await download.PathAsync()));
    }

    private static async Task<float[][]> StemsAsync(ApiCaller owner, string songId) =>
        await Task.WhenAll(Names.Select(async name => WavReader.Read(await owner.Http.GetByteArrayAsync($"songs/{songId}/stems/4/{name}.wav"))));

    /// <summary>The kept mix through the graph that plays it, left and right in turn.</summary>
    private static async Task<float[]> RenderAsync(IPage page, string songId, int frames)
    {
        var script = await File.ReadAllTextAsync(Path.Combine(TestData.Repository, "App.E2E", "Journeys", "StemsJourney.js"));
        var text = await page.EvaluateAsync<string>(script, new object[] { $"/api/v1/songs/{songId}/stems/4", Names, frames });
        return MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(text)).ToArray();
    }

    /// <summary>The stretch in which the voice is muted, in frames.</summary>
    private static async Task<(int Start, int End)> SilenceAsync(ApiCaller owner, string songId)
    {
        var silence = (await owner.GetAsync($"songs/{songId}/stems/4/mix")).GetProperty("tracks")[0].GetProperty("silences")[0];
        return (FrameOf("start"), FrameOf("end"));

        int FrameOf(string end) => (int)Math.Round(silence.GetProperty(end).GetDouble() * SampleRate);
    }

    private static void AssertSame(float[] one, float[] other)
    {
        Assert.Equal(one.Length, other.Length);
        Assert.InRange(LevelDb(one.Zip(other, (a, b) => a - b)), double.NegativeInfinity, SameDb);
        Assert.InRange(LevelDb(one), HeardDb, 0);
    }

    /// <summary>What the file has besides the other stems, as they are mixed, is the voice; and in the silence nothing.</summary>
    private static async Task AssertVoiceIsSilentWhereItWasMutedAsync(ApiCaller owner, string songId, float[] file)
    {
        var stems = await StemsAsync(owner, songId);
        var silence = await SilenceAsync(owner, songId);
        var (start, end) = (2 * silence.Start, 2 * silence.End);
        float[] voice = [.. file.Select((sample, n) => sample - OthersAt(stems, n))];
        var fade = 2 * (SampleRate / 100) + 4;
        Assert.InRange(LevelDb(stems[0][start..end]), HeardDb, 0);
        Assert.InRange(LevelDb(voice[(start + fade)..(end - fade)]), double.NegativeInfinity, SameDb);
        AssertSame(stems[0][..start], voice[..start]);
        AssertSame(stems[0][(end + 4)..], voice[(end + 4)..]);
    }

    /// <summary>The four stems and the original begin at the same moments of one clock, and each piece where the one before ends.</summary>
    private static async Task AssertAllPlayTogetherAsync(IPage page)
    {
        await page.EvaluateAsync("window.starts = []");
        await page.Button("Play").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Slider, new() { Name = "Position in First Light" })).Not.ToHaveAttributeAsync("aria-valuenow", "0");
        await page.WaitForFunctionAsync("() => window.starts.length >= 15");
        await page.Button("Pause").ClickAsync();
        var starts = await page.EvaluateAsync<double[][]>("window.starts");
        var pieces = starts.Select(start => start[..2]).Chunk(5).Where(piece => piece.Length == 5).ToList();
        Assert.All(pieces, piece => Assert.All(piece, each => Assert.Equal(piece[0], each)));
        Assert.All(pieces.Zip(pieces.Skip(1)), pair => Assert.Equal(pair.First[0][0] + (pair.First[0][1] / SampleRate), pair.Second[0][0], 1e-9));
    }

    /// <summary>Round for round the loop has its length to the sample; its end fades over into what stands before its beginning, which comes as it is in the song.</summary>
    private static async Task AssertLoopHasNoSeamAsync(IPage page, ApiCaller owner, string songId)
    {
        var (start, end) = await SilenceAsync(owner, songId);
        var drums = (await StemsAsync(owner, songId))[1];
        double[] expected = [.. Enumerable.Range(0, JoinFrames).Select(Joined)];

        await page.EvaluateAsync("window.starts = []");
        await page.Button("Loop").ClickAsync();
        await page.Button("Play").ClickAsync();
        await page.WaitForFunctionAsync("() => window.starts.length >= 30");
        await page.Button("Pause").ClickAsync();
        var pieces = (await page.EvaluateAsync<double[][]>("window.starts")).Chunk(5).Select(piece => piece[1]).ToList();
        var ends = pieces.SkipLast(1).Index().Where(piece => IsNear(piece.Item[3..], expected)).Select(piece => piece.Index).ToList();
        Assert.True(ends.Count >= 2, "The loop's end does not fade over.");
        Assert.All(ends, each => Assert.Equal(Left(start), pieces[each + 1][2], 1e-4));
        Assert.All(ends.Zip(ends.Skip(1)), pair => Assert.Equal(end - start, pieces[(pair.First + 1)..(pair.Second + 1)].Sum(piece => piece[1])));

        double Left(int frame) => drums[2 * frame];
        double Joined(int i) => Left(end - JoinFrames + i) + ((i + 1.0) / (JoinFrames + 1) * (Left(start - JoinFrames + i) - Left(end - JoinFrames + i)));
        static bool IsNear(double[] one, double[] other) => one.Zip(other, (a, b) => Math.Abs(a - b)).Max() < 1e-4;
    }

    /// <summary>Nothing is wider than the screen, fingers find everything, and what plays stays in sight at the last lane.</summary>
    private static async Task AssertFitsAPhoneAsync(IPage page)
    {
        await page.SetViewportSizeAsync(Screen.Phone.Width, Screen.Phone.Height);
        await Lane(page, "Other").ScrollIntoViewIfNeededAsync();
        await Expect(page.Button("Play")).ToBeInViewportAsync();
        Assert.Equal(Screen.Phone.Width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('main button, main input[type=range], main select, main a.button')]
              .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 40).map(each => each.outerHTML)
            """));
        await page.SetViewportSizeAsync(Screen.Desk.Width, Screen.Desk.Height);
    }

    /// <summary>Who resets the mix gets it back, by the message or by the keys.</summary>
    private static async Task AssertTakenBackAsync(IPage page)
    {
        var drums = Lane(page, "Drums");
        await page.Button("Reset the mix").ClickAsync();
        await Expect(drums).ToHaveAccessibleDescriptionAsync(new Regex(@"^0\.0 dB"));
        await page.Button("Undo").ClickAsync();
        await Expect(page.Button("Undo")).ToHaveCountAsync(0);
        await Expect(drums).ToHaveAccessibleDescriptionAsync(new Regex(@"^−6\.0 dB"));
        await page.Keyboard.PressAsync("Control+z");
        await Expect(drums).ToHaveAccessibleDescriptionAsync(new Regex(@"^0\.0 dB"));
        await page.Keyboard.PressAsync("Control+Shift+z");
        await Expect(drums).ToHaveAccessibleDescriptionAsync(new Regex(@"^−6\.0 dB"));
    }

    /// <summary>One sample of everything but the voice: the drums at −6 dB, the bass two fifths to the left, the rest as it came.</summary>
    private static float OthersAt(float[][] stems, int n)
    {
        var (gain, angle) = (MathF.Pow(10, -0.3f), 0.6f * MathF.PI / 2);
        var bass = n % 2 == 0 ? stems[2][n] + (stems[2][n + 1] * MathF.Cos(angle)) : stems[2][n] * MathF.Sin(angle);
        return (gain * stems[1][n]) + bass + stems[3][n];
    }

    private static double LevelDb(IEnumerable<float> samples) => 10 * Math.Log10(samples.Average(sample => (double)sample * sample) + 1e-30);
}
