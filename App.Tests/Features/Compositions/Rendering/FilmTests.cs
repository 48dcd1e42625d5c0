using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Media;
using Downbeat.Tests.Features.Compositions.Planning;
using Downbeat.Tests.Support;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Rendering;

/// <summary>Films made for real, and read back picture by picture.</summary>
public class FilmTests(FilmTests.Clips clips) : IClassFixture<FilmTests.Clips>
{
    private const double HalfFrame = 0.5;

    public static TheoryData<string, double, double, int, int, string> Songs => new()
    {
        { "goin_under.ogg", 210, 0, 30, 1, "beat" },
        { "blupi5_first90s.ogg", 128.985, -0.055, 30000, 1001, "energy" },
        { "mr_fancy_pants.mp3", 190.02, 0.1, 25, 1, "downbeat" },
    };

    [Theory]
    [MemberData(nameof(Songs))]
    public async Task Every_cut_of_the_finished_file_is_within_half_a_frame_of_its_beat(string song, double bpm, double origin, int numerator, int denominator, string cutOn)
    {
        using var workshop = new FilmWorkshop();
        var path = TestData.PathOf("audio/" + song);
        var seconds = await workshop.DecodedSecondsAsync(path);
        var rate = new FrameRate(numerator, denominator);
        var cut = CutPlanner.Plan(new()
        {
            Grid = CutPlannerTests.Grid(seconds, bpm, origin, 5, 4),
            Clips = clips.CutClips,
            CutOn = Enum.Parse<CutOn>(cutOn, ignoreCase: true),
            ShortClips = ShortClips.Loop,
            Rate = rate,
            Width = 320,
            Height = 180,
            Fit = Fit.Stretch,
        });

        var (film, finished, _) = await workshop.MakeAsync(cut, clips.Sources, new(path, song));

        var frame = 1 / rate.PerSecond;
        var pictures = (await PacketReader.ReadAsync(workshop.Ffmpeg, film, FilmWorkshop.Stop)).PictureSeconds;
        var shown = await FrameCodedClipReader.ReadAsync(workshop.Ffmpeg, film, 320, 180);
        Assert.Equal(cut.Frames, shown.Count);
        Assert.Equal(cut.Frames, pictures.Count);
        Assert.InRange(finished.VideoSeconds - seconds, -frame, frame);
        Assert.InRange(await workshop.DecodedSecondsAsync(film) - seconds, -frame, frame);

        // Where the pixels change from one clip to another, and when that is by the file's own time stamps.
        var changes = Enumerable.Range(1, shown.Count - 1).Where(i => shown[i]?.Id != shown[i - 1]?.Id).Select(i => pictures[i]).ToList();
        var planned = cut.Shots.Skip(1).ToList();
        Assert.Equal(planned.Count, changes.Count);
        Assert.True(planned.Count(shot => shot.BeatIndex is not null) > 10);
        Assert.All(planned.Zip(changes), pair => Assert.InRange(pair.Second - pair.First.PlannedSeconds, -HalfFrame * frame - 1e-4, HalfFrame * frame + 1e-4));
        AssertShowsThePlannedFrames(cut, shown);

        Assert.InRange(finished.Sync.MaxErrorMs, 0, 1000 * HalfFrame * frame + 0.1);
        Assert.Equal(planned.Count(shot => shot.BeatIndex is not null), finished.Sync.Cuts.Count);
    }

    [Fact]
    public async Task A_part_of_a_song_begins_at_its_start()
    {
        using var workshop = new FilmWorkshop();
        var song = TestData.PathOf("audio/808kick120bpm.mp3");
        var cut = CutPlanner.Plan(new()
        {
            Grid = CutPlannerTests.Grid(20, 120, 0, 0, 4) with { DurationSeconds = await workshop.DecodedSecondsAsync(song) },
            Clips = clips.CutClips,
            StartSeconds = 2.2,
            EndSeconds = 7.7,
            Width = 320,
            Height = 180,
            Fit = Fit.Stretch,
        });

        var (film, finished, _) = await workshop.MakeAsync(cut, clips.Sources, new(song, "808"));

        Assert.InRange(finished.Sync.MaxErrorMs, 0, 16.8);
        Assert.Equal(4, finished.Sync.Cuts[0].PlannedBeatSeconds, 6);
        Assert.Equal(5.5, finished.AudioSeconds, 2);

        // The same sound, sample for sample up to its coding: the kicks stand where the song has them.
        var (heard, original) = (await SoundAsync(workshop, film), await SoundAsync(workshop, song));
        var best = Enumerable.Range(-400, 801).MaxBy(shift => Enumerable.Range(1000, 30_000).Sum(i => (double)heard[i] * original[i + 17_600 + shift]));
        Assert.InRange(best, -8, 8);
    }

    [Fact]
    public async Task A_portrait_clip_is_fitted_in_each_of_the_four_ways()
    {
        using var workshop = new FilmWorkshop();
        var tone = await workshop.ToneAsync(1);
        var portrait = clips.All.Single(clip => clip.Width == 180);
        var (id, source) = (CutPlannerTests.Id(portrait.Id), clips.Sources[CutPlannerTests.Id(portrait.Id)]);
        foreach (var fit in Enum.GetValues<Fit>())
        {
            var cut = new Cut(FrameRate.Of(30), 320, 180, fit, 0, 30, [new(0, id, new(0, 30), 0, null, 0, Filling.Hold)]);

            var (film, _, _) = await workshop.MakeAsync(cut, new Dictionary<Guid, ShotSource> { [id] = source }, tone);

            var (width, height) = PictureFilters.ScaledSize(cut, source);
            if (fit == Fit.Cover)
            {
                // Most of the code is cropped away; both sides are filled.
                Assert.Equal((320, 568), (width, height));
                continue;
            }

            var read = await FrameCodedClipReader.ReadAsync(workshop.Ffmpeg, film, 320, 180, _ => ((320 - width) / 2, (180 - height) / 2, width, height));
            AssertShowsThePlannedFrames(cut, read);
            var first = await FrameCodedClipReader.GrayAsync(workshop.Ffmpeg, film, 320, 180).FirstAsync(FilmWorkshop.Stop);
            var side = Enumerable.Range(0, 180).Max(y => first[(y * 320) + 20]);
            Assert.Equal(fit != Fit.Contain, side > 40);
        }
    }

    [Fact]
    public async Task A_stopped_render_goes_on_with_the_shots_it_has_and_leaves_nothing_behind()
    {
        using var workshop = new FilmWorkshop();
        var cut = Short(20);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(FilmWorkshop.Stop);
        void StopInTheMiddle(int done, int total)
        {
            if (workshop.Store.AddedPieces > 0)
            {
                stop.Cancel();
            }
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            workshop.Renderer.RenderAsync(cut, clips.Sources, RenderSettings.Of(RenderPreset.Draft), workshop.Store, workshop.Work, StopInTheMiddle, stop.Token));

        var had = workshop.Store.AddedPieces;
        Assert.InRange(had, 1, cut.Shots.Count - 1);
        Assert.Empty(Directory.EnumerateFileSystemEntries(workshop.Work));

        var (_, _, pieces) = await workshop.MakeAsync(cut, clips.Sources, await workshop.ToneAsync(20));

        Assert.Equal((had, cut.Shots.Count - had), (pieces.ReusedShots, pieces.RenderedShots));
        Assert.Empty(Directory.EnumerateFileSystemEntries(workshop.Work));
    }

    [Fact]
    public async Task Nothing_is_rendered_twice_and_one_changed_shot_alone()
    {
        using var workshop = new FilmWorkshop();
        var tone = await workshop.ToneAsync(20);
        var cut = Short(20);
        var reports = new List<(int Done, int Total)>();
        var first = await workshop.MakeAsync(cut, clips.Sources, tone, progress: (done, total) => reports.Add((done, total)));
        var added = workshop.Store.AddedPieces;

        var second = await workshop.MakeAsync(cut, clips.Sources, tone);
        var changed = cut with { Shots = [.. cut.Shots.Select(shot => shot.Index == 3 ? shot with { SourceStartSeconds = shot.SourceStartSeconds + 0.2 } : shot)] };
        var reportsOfThird = new List<(int Done, int Total)>();
        var third = await workshop.MakeAsync(changed, clips.Sources, tone, progress: (done, total) => reportsOfThird.Add((done, total)));

        Assert.Equal((0, cut.Shots.Count), (first.Pieces.ReusedShots, first.Pieces.RenderedShots));
        Assert.Equal((cut.Shots.Count, 0), (second.Pieces.ReusedShots, second.Pieces.RenderedShots));
        Assert.Equal((cut.Shots.Count - 1, 1), (third.Pieces.ReusedShots, third.Pieces.RenderedShots));
        Assert.Equal(added + 1, workshop.Store.AddedPieces);
        Assert.Equal((cut.Frames, cut.Frames), reports[^1]);
        Assert.Equal((cut.Shots[3].Frames.Count, cut.Shots[3].Frames.Count), reportsOfThird[^1]);
        Assert.Equal(reports.Select(r => r.Done).Order(), reports.Select(r => r.Done));
        using var poster = SkiaSharp.SKBitmap.Decode(Path.Combine(workshop.Folder, "poster.webp"));
        Assert.Equal((cut.Width, cut.Height), (poster.Width, poster.Height));
    }

    [Fact]
    public async Task A_piece_that_vanishes_during_the_render_is_rendered_again()
    {
        using var workshop = new FilmWorkshop();
        var cut = Short(6);
        var first = await workshop.Renderer.RenderAsync(cut, clips.Sources, RenderSettings.Of(RenderPreset.Draft), workshop.Store, workshop.Work, null, FilmWorkshop.Stop);
        File.Delete(first.Paths[1]);
        void TakeAway(int done, int total) => File.Delete(first.Paths[0]);

        var second = await workshop.Renderer.RenderAsync(cut, clips.Sources, RenderSettings.Of(RenderPreset.Draft), workshop.Store, workshop.Work, TakeAway, FilmWorkshop.Stop);

        Assert.Equal([0, 1], second.Rendered.Order());
        Assert.All(second.Paths, path => Assert.True(File.Exists(path)));
    }

    [Fact]
    public async Task A_part_of_a_film_shows_the_frames_of_the_film()
    {
        using var workshop = new FilmWorkshop();
        var cut = Short(6);
        var part = new FrameRange(40, 130);
        var pieces = FilmPiece.Within(cut, part);

        var rendered = await workshop.Renderer.RenderPiecesAsync(cut, pieces, clips.Sources, RenderSettings.Of(RenderPreset.Draft), workshop.Store, workshop.Work, null, FilmWorkshop.Stop);
        var sound = await workshop.Sound.MakeAsync(cut with { Frames = part.Count, Shots = [] }, await workshop.ToneAsync(3), clips.Sources, workshop.Store, workshop.Work, null, FilmWorkshop.Stop);
        var film = Path.Combine(workshop.Folder, "part.mp4");
        await workshop.Joiner.JoinPiecesAsync(cut, pieces, rendered.Paths, sound.Path, workshop.Work, film, FilmWorkshop.Stop);

        var shown = await FrameCodedClipReader.ReadAsync(workshop.Ffmpeg, film, 320, 180);
        Assert.Equal(part.Count, shown.Count);
        AssertShowsThePlannedFrames(cut, [.. Enumerable.Repeat(((int, int)?)null, part.Start), .. shown, .. Enumerable.Repeat(((int, int)?)null, cut.Frames - part.End)], part);
    }

    [Fact]
    public async Task A_clip_that_gives_too_few_frames_is_named_and_leaves_nothing_behind()
    {
        using var workshop = new FilmWorkshop();
        var id = CutPlannerTests.Id(clips.All[0].Id);
        var cut = new Cut(FrameRate.Of(30), 320, 180, Fit.Cover, 0, 30, [new(0, id, new(0, 30), 900, null, 0, Filling.Hold)]);

        var failure = await Assert.ThrowsAsync<MediaFailure>(() =>
            workshop.Renderer.RenderAsync(cut, clips.Sources, RenderSettings.Of(RenderPreset.Draft), workshop.Store, workshop.Work, null, FilmWorkshop.Stop));

        Assert.Equal(MediaFailureReason.WrongOutput, failure.Reason);
        Assert.Contains(id.ToString(), failure.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(workshop.Work));
    }

    private Cut Short(double seconds) => CutPlanner.Plan(new()
    {
        Grid = CutPlannerTests.Grid(seconds, 120, 0, 0, 4),
        Clips = clips.CutClips,
        Width = 320,
        Height = 180,
        Fit = Fit.Stretch,
    });

    private void AssertShowsThePlannedFrames(Cut cut, List<(int Id, int Frame)?> shown, FrameRange? part = null)
    {
        foreach (var shot in cut.Shots)
        {
            var clip = clips.All.Single(c => CutPlannerTests.Id(c.Id) == shot.ClipId);
            var tolerance = clip.Path.Contains("vfr", StringComparison.Ordinal) ? 3 : 1;
            for (var frame = Math.Max(shot.Frames.Start, part?.Start ?? 0); frame < Math.Min(shot.Frames.End, part?.End ?? cut.Frames); frame++)
            {
                var read = shown[frame];
                Assert.True(read is not null, $"Frame {frame} cannot be read; {clip.Path} was planned.");
                Assert.True(read.Value.Id == clip.Id, $"Frame {frame} shows clip {read.Value.Id}; {clip.Id} was planned.");
                var planned = Math.Floor((shot.SourceStartSeconds + cut.Rate.SecondsAt(frame - shot.Frames.Start) + 1e-6) * clip.FramesPerSecond);
                planned = shot.Filling == Filling.Loop ? planned % clip.Frames : Math.Min(planned, clip.Frames - 1);
                var off = Math.Abs(read.Value.Frame - planned);
                off = shot.Filling == Filling.Loop ? Math.Min(off, clip.Frames - off) : off;
                Assert.True(off <= tolerance, $"Frame {frame} shows {read.Value.Frame} of {clip.Path}; {planned} was planned.");
            }
        }
    }

    private static async Task<short[]> SoundAsync(FilmWorkshop workshop, string path)
    {
        using var bytes = new MemoryStream();
        await workshop.Ffmpeg.PipeAsync(["-i", path, "-map", "0:a:0", "-ac", "1", "-ar", "8000", "-f", "s16le", "pipe:1"], RunLimits.Short, async (b, stop) => await bytes.WriteAsync(b, stop), FilmWorkshop.Stop);
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(bytes.ToArray()).ToArray();
    }

    /// <summary>One clip of each kind.</summary>
    public sealed class Clips : IAsyncLifetime
    {
        private readonly FilmWorkshop workshop = new();

        internal List<FrameCodedClip> All { get; } = [];

        internal IReadOnlyDictionary<Guid, ShotSource> Sources { get; private set; } = new Dictionary<Guid, ShotSource>();

        internal IReadOnlyList<CutClip> CutClips => [.. All.Select(clip => new CutClip(CutPlannerTests.Id(clip.Id), clip.DurationSeconds, false))];

        public async ValueTask InitializeAsync()
        {
            foreach (var kind in FrameCodedClip.Kinds)
            {
                var folder = Directory.CreateDirectory(Path.Combine(workshop.Folder, kind)).FullName;
                All.Add(await FrameCodedClip.MakeAsync(workshop.Ffmpeg, folder, All.Count + 1, kind));
            }

            var sources = await Task.WhenAll(All.Select(clip => FilmWorkshop.ProbeAsync(CutPlannerTests.Id(clip.Id), clip.Path)));
            Sources = sources.ToDictionary(s => s.Source.ClipId, s => s.Source);
        }

        public ValueTask DisposeAsync()
        {
            workshop.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
