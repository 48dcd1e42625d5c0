using System.Globalization;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Media;
using Downbeat.Tests.Features.Compositions.Planning;
using Downbeat.Tests.Support;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Rendering;

/// <summary>The sound of films, coded for real and heard again.</summary>
public sealed class FilmSoundTests : IDisposable
{
    private const int RateHz = SoundGraph.SampleRateHz;

    /// <summary>Amplitude of ffmpeg's sine.</summary>
    private const double Tone = 0.125;

    private readonly FilmWorkshop workshop = new();
    private readonly Dictionary<Guid, ShotSource> sources = [];

    public void Dispose() => workshop.Dispose();

    /// <summary>Quiet drums whose peaks stand in the way, a loud song that is turned down, kicks alone, a quiet orchestra.</summary>
    [Theory]
    [InlineData("choice_drum_bass.ogg", 2, 20)]
    [InlineData("goin_under.ogg", 40, 15)]
    [InlineData("808kick120bpm.mp3", 1, 8)]
    [InlineData("hungarian_dance5.ogg", 0, 15)]
    public async Task A_song_reaches_the_loudness_and_no_peak_the_ceiling_in_the_coded_file(string song, double start, int seconds)
    {
        var cut = Film(seconds) with { StartSeconds = start, Sound = new() { LoudnessLufs = -14 } };

        var sound = await MakeAsync(cut, TestData.PathOf("audio/" + song));

        var heard = await new Loudness(workshop.Ffmpeg).MeasureAsync(sound.Path, FilmWorkshop.Stop);
        Assert.Equal(heard, sound.Level);
        Assert.InRange(heard.IntegratedLufs!.Value, -14.5, -13.5);
        Assert.InRange(heard.TruePeakDbtp!.Value, -20, -1);
    }

    [Fact]
    public async Task The_limited_song_begins_on_its_sample()
    {
        var song = TestData.PathOf("audio/choice_drum_bass.ogg");
        var sound = await MakeAsync(Film(6) with { StartSeconds = 3.1, Sound = new() { LoudnessLufs = -10 } }, song);

        var (heard, original) = (await HearAsync(sound), await HearAsync(song));
        var from = (int)Math.Round(3.1 * RateHz);
        var best = Enumerable.Range(-300, 601).MaxBy(shift => Enumerable.Range(RateHz, 2 * RateHz).Sum(i => (double)heard[i] * original[from + i + shift]));

        Assert.InRange(heard.Length, 6 * RateHz, (6 * RateHz) + 1024);
        Assert.InRange(best, -1, 1);
    }

    [Fact]
    public async Task A_kept_loudness_and_silence_are_left_as_they_are()
    {
        var song = TestData.PathOf("audio/choice_drum_bass.ogg");
        var kept = await MakeAsync(Film(20) with { StartSeconds = 2 }, song);
        var silent = await MakeAsync(Film(2) with { Sound = new() { LoudnessLufs = -14 } }, await LavfiAsync("silence.wav", "anullsrc=r=44100:cl=mono:d=2"));

        var part = await new Loudness(workshop.Ffmpeg).MeasureAsync(["-ss", "2", "-t", "20", "-i", song], "[0:a:0]anull", FilmWorkshop.Stop);
        Assert.InRange(kept.Level.IntegratedLufs!.Value - part.IntegratedLufs!.Value, -0.2, 0.2);
        Assert.Equal(Loudness.SilenceLufs, silent.Level.IntegratedLufs);
        Assert.All(await HearAsync(silent), sample => Assert.Equal(0, sample));
    }

    [Fact]
    public async Task The_sound_fades_over_the_frames_of_the_picture()
    {
        var cut = Film(4) with { FadeInFrames = 30, FadeOutFrames = 60 };

        var heard = await HearAsync(await MakeAsync(cut, await (await workshop.ToneAsync(4)).FileAsync(workshop.Work, FilmWorkshop.Stop)));

        foreach (var (seconds, share) in new[] { (0.25, 0.25), (0.5, 0.5), (0.75, 0.75), (1.1, 1), (1.9, 1), (2.5, 0.75), (3.0, 0.5), (3.5, 0.25) })
        {
            Assert.InRange(Level(heard, 220, seconds), (share - 0.03) * Tone, (share + 0.03) * Tone);
        }

        Assert.InRange(heard.Take(100).Concat(heard.TakeLast(100)).Max(Math.Abs), 0, 0.01 * Tone);
    }

    [Fact]
    public async Task Clips_are_heard_while_they_are_seen_and_from_the_place_that_is_seen()
    {
        // One clip goes up after half a second, one has no sound, one ends in the middle of its shot.
        Add(1, await ClipAsync("rises", 3, "aevalsrc='0.125*sin(2*PI*t*if(lt(t,1),1000,2000))':s=44100:d=3"));
        Add(2, await ClipAsync("mute", 3, null));
        Add(3, await ClipAsync("ends", 0.5, "sine=3000:r=48000:d=0.5"));
        Shot[] shots = [Shot(0, 1, 0, 30, 0.5), Shot(1, 2, 30, 60, 0), Shot(2, 3, 60, 90, 0), Shot(3, 1, 90, 120, 0)];
        var cut = Film(4) with { Shots = shots, Sound = new() { Clips = new(-6, Ducking.Off) } };

        var heard = await HearAsync(await MakeAsync(cut, await LavfiAsync("silence.wav", "anullsrc=r=48000:cl=stereo:d=4")));

        AssertHeardOnly(heard, 1000, 0.5, (0, 0.5), (3, 4));
        AssertHeardOnly(heard, 2000, 0.5, (0.5, 1));
        AssertHeardOnly(heard, 3000, 0.5, (2, 2.5));
    }

    [Fact]
    public async Task In_a_transition_both_clips_are_heard_and_slow_clips_keep_their_pitch()
    {
        Add(1, await ClipAsync("low", 3, "sine=1000:r=48000:d=3"));
        Add(2, await ClipAsync("high", 3, "sine=3000:r=48000:d=3"));
        Shot[] shots = [Shot(0, 1, 0, 45, 0), Shot(1, 2, 45, 90, 1) with { Transition = new(TransitionKind.Fade, 30) }, Shot(2, 1, 90, 120, 0) with { Speed = 0.4 }];
        var cut = Film(4) with { Shots = shots, Sound = new() { Clips = new(0, Ducking.Off) } };

        var heard = await HearAsync(await MakeAsync(cut, await LavfiAsync("silence.wav", "anullsrc=r=48000:cl=stereo:d=4")));

        Assert.InRange(Level(heard, 1000, 0.9), 0.95 * Tone, 1.05 * Tone);
        Assert.InRange(Level(heard, 1000, 1.5), 0.6 * Tone, 0.8 * Tone);
        Assert.InRange(Level(heard, 3000, 1.5), 0.6 * Tone, 0.8 * Tone);
        Assert.InRange(Level(heard, 3000, 2.1), 0.95 * Tone, 1.05 * Tone);
        Assert.InRange(Level(heard, 1000, 2.5), 0, 0.01 * Tone);
        Assert.InRange(Level(heard, 1000, 3.5), 0.8 * Tone, 1.2 * Tone);
    }

    [Fact]
    public async Task Clips_give_way_to_the_music_or_to_the_voice_alone()
    {
        Add(1, await ClipAsync("tone", 3, "sine=1000:r=48000:d=3"));
        var cut = Film(3) with { Shots = [Shot(0, 1, 0, 90, 0)] };
        var middle = await LavfiAsync("middle.wav", "aevalsrc='0.5*sin(2*PI*t*220)*between(t,1,2)':s=48000:d=3");
        var always = await LavfiAsync("always.wav", "aevalsrc='0.5*sin(2*PI*t*220)':s=48000:d=3");

        var music = await HearAsync(await MakeAsync(cut with { Sound = new() { Clips = new(0, Ducking.Music) } }, middle));
        var vocals = await HearAsync(await MakeAsync(cut with { Sound = new() { Clips = new ClipSound(0, Ducking.Vocals) { Voice = [new(30, 60)] } } }, always));

        foreach (var heard in new[] { music, vocals })
        {
            Assert.InRange(Level(heard, 1000, 0.6), 0.95 * Tone, 1.05 * Tone);
            Assert.InRange(Level(heard, 1000, 1.6), 0.1 * Tone, 0.35 * Tone);
            Assert.InRange(Level(heard, 1000, 2.9), 0.9 * Tone, 1.05 * Tone);
        }

        Assert.InRange(Level(vocals, 220, 0.6), 0.48, 0.52);
    }

    [Fact]
    public async Task Another_sound_renders_no_picture_and_the_same_is_coded_once()
    {
        Add(1, await ClipAsync("tone", 2, "sine=1000:r=48000:d=2"));
        var tone = await workshop.ToneAsync(2);
        var cut = Film(2) with { Shots = [Shot(0, 1, 0, 60, 0)] };
        await workshop.MakeAsync(cut, sources, tone);
        var added = workshop.Store.AddedPieces;

        var louder = await workshop.MakeAsync(cut with { Sound = new() { LoudnessLufs = -14, Clips = new(-12, Ducking.Music) } }, sources, tone);
        var again = await workshop.MakeAsync(cut with { Sound = new() { LoudnessLufs = -14, Clips = new(-12, Ducking.Music) } }, sources, tone);

        Assert.Equal((1, 0), (louder.Pieces.ReusedShots, louder.Pieces.RenderedShots));
        Assert.Equal(added + 1, workshop.Store.AddedPieces);
        Assert.Equal(louder.Film.Sound, again.Film.Sound);
        Assert.InRange(louder.Film.Sound.IntegratedLufs!.Value, -14.5, -13.5);
    }

    [Fact]
    public async Task The_picture_comes_out_of_black_and_goes_into_black_also_over_several_shots()
    {
        const int Size = 64;
        var id = CutPlannerTests.Id(9);
        var picture = Path.Combine(workshop.Folder, "picture.png");
        await workshop.Ffmpeg.RunAsync(["-f", "lavfi", "-i", $"testsrc2=s={Size}x{Size}", "-frames:v", "1", "-f", "image2pipe", "-c:v", "png", picture], RunLimits.Short, null, FilmWorkshop.Stop);
        sources[id] = (await FilmWorkshop.ProbeAsync(id, picture)).Source;
        FrameRange[] ranges = [new(0, 10), new(10, 30), new(30, 50), new(50, 60)];
        var cut = new Cut(FrameRate.Of(30), Size, Size, Fit.Stretch, 0, 60, [.. ranges.Select((range, i) => new Shot(i, id, range, 0, null, 0, Filling.Hold))]);

        var plain = await PicturesAsync(cut, Size);
        var fading = await PicturesAsync(cut with { FadeInFrames = 16, FadeOutFrames = 8 }, Size);

        for (var frame = 0; frame < 60; frame++)
        {
            var share = Math.Min(Math.Min(1, frame / 16.0), (59 - frame) / 8.0);
            var planned = plain[frame].Select((value, i) => (i < Size * Size ? 16 : 128) + (share * (value - (i < Size * Size ? 16 : 128))));
            var off = planned.Zip(fading[frame], (a, b) => Math.Abs(a - b)).Average();
            Assert.True(off < 1, $"Frame {frame} is {off:0.00} off a share of {share:0.00}.");
        }

        Assert.All([fading[0], fading[59]], black => Assert.All(black.Take(Size * Size), light => Assert.InRange(light, 15, 17)));
    }

    private static Cut Film(int seconds) => new(FrameRate.Of(30), 64, 64, Fit.Stretch, 0, seconds * 30, []);

    private static Shot Shot(int index, int clip, int start, int end, double sourceStart) =>
        new(index, CutPlannerTests.Id(clip), new(start, end), sourceStart, null, 0, Filling.Hold);

    private void Add(int clip, ShotSource source) => sources[CutPlannerTests.Id(clip)] = source with { ClipId = CutPlannerTests.Id(clip) };

    private async Task<FinishedSound> MakeAsync(Cut cut, string song)
    {
        try
        {
            return await workshop.Sound.MakeAsync(cut, new(song, song), sources, workshop.Store, workshop.Work, null, FilmWorkshop.Stop);
        }
        catch (MediaFailure failure)
        {
            Assert.Fail(failure.Message + "\n" + failure.ErrorTail);
            throw;
        }
    }

    private async Task<string> LavfiAsync(string name, string source)
    {
        var path = Path.Combine(workshop.Folder, name);
        await workshop.Ffmpeg.RunAsync(["-f", "lavfi", "-i", source, path], RunLimits.Short, null, FilmWorkshop.Stop);
        return path;
    }

    private async Task<ShotSource> ClipAsync(string name, double seconds, string? sound)
    {
        var path = Path.Combine(workshop.Folder, name + ".mp4");
        await workshop.Ffmpeg.RunAsync(
            [
                "-f", "lavfi", "-i", string.Create(CultureInfo.InvariantCulture, $"testsrc2=s=64x64:r=30:d={seconds}"),
                .. sound is null ? (string[])[] : ["-f", "lavfi", "-i", sound, "-c:a", "aac", "-b:a", "160k"],
                "-c:v", "libx264", "-preset", "ultrafast", path,
            ],
            RunLimits.Short,
            null,
            FilmWorkshop.Stop);
        return (await FilmWorkshop.ProbeAsync(Guid.Empty, path)).Source with { HasSound = sound is not null };
    }

    private Task<float[]> HearAsync(FinishedSound sound) => HearAsync(sound.Path);

    private Task<float[]> HearAsync(string path) => new AudioDecoder(workshop.Ffmpeg).DecodeAsync(path, RateHz, 100, FilmWorkshop.Stop);

    private async Task<List<byte[]>> PicturesAsync(Cut cut, int size)
    {
        var pieces = await workshop.Renderer.RenderAsync(cut, sources, new("ultrafast", 4), workshop.Store, workshop.Work, null, FilmWorkshop.Stop);
        var pictures = new List<byte[]>();
        foreach (var piece in pieces.Paths)
        {
            var bytes = new MemoryStream();
            await workshop.Ffmpeg.PipeAsync(
                ["-i", piece, "-pix_fmt", "yuv444p", "-f", "rawvideo", "pipe:1"], RunLimits.Short, async (block, stop) => await bytes.WriteAsync(block, stop), FilmWorkshop.Stop);
            pictures.AddRange(bytes.ToArray().Chunk(3 * size * size));
        }

        return pictures;
    }

    /// <summary>Every 20 ms, but not within 40 ms of an end: the measuring window reaches that far.</summary>
    private static void AssertHeardOnly(float[] heard, double frequencyHz, double share, params (double Start, double End)[] spans)
    {
        for (var seconds = 0.04; seconds < 3.96; seconds += 0.02)
        {
            if (spans.Any(span => Math.Abs(seconds - span.Start) < 0.04 || Math.Abs(seconds - span.End) < 0.04))
            {
                continue;
            }

            var planned = spans.Any(span => seconds > span.Start && seconds < span.End) ? share * Tone : 0;
            var level = Level(heard, frequencyHz, seconds);
            Assert.True(Math.Abs(level - planned) < 0.03 * Tone, FormattableString.Invariant($"{frequencyHz} Hz at {seconds:0.00} s has {level / Tone:0.000} of its level, {planned / Tone:0.000} planned."));
        }
    }

    /// <summary>Amplitude of a tone in the 60 ms around a time (Goertzel's sum with a Hann window).</summary>
    private static double Level(float[] samples, double frequencyHz, double seconds)
    {
        const int Window = RateHz * 60 / 1000;
        var from = Math.Clamp((int)(seconds * RateHz) - (Window / 2), 0, samples.Length - Window);
        var (real, imaginary) = (0.0, 0.0);
        for (var i = 0; i < Window; i++)
        {
            var (angle, weight) = (2 * Math.PI * frequencyHz * i / RateHz, 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / Window)));
            real += weight * samples[from + i] * Math.Cos(angle);
            imaginary += weight * samples[from + i] * Math.Sin(angle);
        }

        return 4 * Math.Sqrt((real * real) + (imaginary * imaginary)) / Window;
    }
}
