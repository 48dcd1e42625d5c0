using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Downbeat.E2E.Support;
using Downbeat.Features.Compositions;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Songs;
using Downbeat.Features.Stems;
using Downbeat.Features.Stems.Separation;
using Downbeat.Jobs;
using Downbeat.Media;
using Downbeat.Storage;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.Compositions;

/// <summary>Videos whose sound is made of stems: each stem here is a tone of its own, looked for in the finished file.</summary>
public sealed class FilmMusicTests(Studios studios)
{
    private const int Seconds = 12;
    private const double Amplitude = 0.1;

    // What both sides have alike the decoder adds up to mono so much louder.
    private static readonly double Heard = Amplitude * Math.Sqrt(2);

    private static readonly (string Name, int Hz)[] Tones = [(StemNames.Vocals, 1000), (StemNames.Drums, 200), (StemNames.Bass, 110), (StemNames.Other, 440)];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_video_is_heard_without_the_voice_and_as_the_mixer_has_it_and_another_mix_renders_no_picture()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = await caller.AddSongAsync(await SmallMedia.SongAsync());
        await caller.UploadAsync($"songs/{song}/clips", await SmallMedia.StillAsync());
        await AddStemsAsync(studio, await caller.OwnerIdAsync(), Guid.Parse(song));

        var instrumental = await MakeAsync(caller, song, "instrumental");
        await AssertHeardAsync(studio, caller, instrumental, StemNames.Drums, StemNames.Bass, StemNames.Other);

        var mixed = await MakeAsync(caller, song, "mix");
        Assert.Equal(0, mixed.GetProperty("renderedShots").GetInt32());
        await AssertHeardAsync(studio, caller, mixed, StemNames.Vocals, StemNames.Drums, StemNames.Bass, StemNames.Other);

        var kept = await caller.Http.PutAsJsonAsync($"songs/{song}/stems/4/mix", new { tracks = new object[] { new { name = "drums", muted = true }, new { name = "other", gainDb = -60 } } }, Stop);
        Assert.True(kept.IsSuccessStatusCode, await kept.Content.ReadAsStringAsync(Stop));
        Assert.Empty(await VoicelessAsync(studio, song, SongMusic.Mix));
        Assert.Equal([(0, double.PositiveInfinity)], await VoicelessAsync(studio, song, SongMusic.Instrumental));
        var changed = await MakeAsync(caller, song, "mix");
        Assert.Equal(0, changed.GetProperty("renderedShots").GetInt32());
        await AssertHeardAsync(studio, caller, changed, StemNames.Vocals, StemNames.Bass);

        (await caller.Http.PutAsJsonAsync($"songs/{song}/stems/4/mix", new { tracks = new[] { new { name = "vocals", silences = new[] { new { start = 1, end = 2 } } } } }, Stop)).EnsureSuccessStatusCode();
        Assert.Equal([(1, 2)], await VoicelessAsync(studio, song, SongMusic.Mix));
        var preview = await caller.PostAsync($"songs/{song}/compositions/preview?from=1&to=3", Settings("vocals"));
        await AssertHeardAsync(studio, await caller.Http.GetByteArrayAsync(preview.GetProperty("url").GetString(), Stop), StemNames.Vocals);
    }

    [Fact]
    public async Task A_song_that_is_not_split_has_no_mix_and_is_told_what_to_do()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = (await studio.AddSongsAsync(await caller.OwnerIdAsync(), 1))[0];

        using var refused = await caller.Http.PostAsJsonAsync($"songs/{song}/compositions/plan", Settings("instrumental"), Stop);
        using var unknown = await caller.Http.PostAsJsonAsync($"songs/{song}/compositions/plan", Settings("karaoke"), Stop);

        Assert.Equal((HttpStatusCode)422, refused.StatusCode);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal("music.no_stems", problem.GetProperty("code").GetString());
        Assert.True(problem.GetProperty("errors").TryGetProperty("music", out _));
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
    }

    private static async Task<IReadOnlyList<(double Start, double End)>> VoicelessAsync(Studio studio, string song, SongMusic music)
    {
        await using var db = await studio.Contexts().CreateDbContextAsync(Stop);
        return (await studio.Services.GetRequiredService<FilmMusic>().OfAsync(await db.Songs.SingleAsync(row => row.Id == Guid.Parse(song), Stop), music, Stop)).VoicelessSeconds;
    }

    private static object Settings(string music) => new { width = 128, height = 128, preset = "draft", start = 1, end = 3, keepLoudness = true, music };

    private static async Task<JsonElement> MakeAsync(ApiCaller caller, string song, string music)
    {
        var started = await caller.PostAsync($"songs/{song}/compositions", Settings(music));
        var job = await caller.JobEndAsync(started.GetProperty("job").GetProperty("id").GetString()!);
        Assert.Equal("succeeded", job.GetProperty("status").GetString());
        return await caller.GetAsync($"compositions/{started.GetProperty("composition").GetProperty("id").GetString()}");
    }

    private static async Task AssertHeardAsync(Studio studio, ApiCaller caller, JsonElement video, params string[] stems) =>
        await AssertHeardAsync(studio, await caller.Http.GetByteArrayAsync(video.GetProperty("videoUrl").GetString(), Stop), stems);

    private static async Task AssertHeardAsync(Studio studio, byte[] video, params string[] stems)
    {
        var path = Path.Combine(studio.DataDirectory, $"{Guid.NewGuid():N}.mp4");
        await File.WriteAllBytesAsync(path, video, Stop);
        var heard = await studio.Services.GetRequiredService<AudioDecoder>().DecodeAsync(path, 48_000, Seconds, Stop);
        foreach (var (name, hz) in Tones)
        {
            var level = Level(heard.AsSpan(24_000, 48_000), hz);
            Assert.True(stems.Contains(name) ? Math.Abs(level - Heard) < 0.03 : level < 0.001, FormattableString.Invariant($"{name} has the amplitude {level:0.0000}."));
        }
    }

    /// <summary>Amplitude of a tone in one second at 48 kHz.</summary>
    private static double Level(ReadOnlySpan<float> second, int hz)
    {
        double sine = 0, cosine = 0;
        for (var n = 0; n < second.Length; n++)
        {
            var angle = 2 * Math.PI * hz * n / 48_000;
            (sine, cosine) = (sine + (second[n] * Math.Sin(angle)), cosine + (second[n] * Math.Cos(angle)));
        }

        return 2 * Math.Sqrt((sine * sine) + (cosine * cosine)) / second.Length;
    }

    /// <summary>A song that is split already, as far as anybody can see.</summary>
    private static async Task AddStemsAsync(Studio studio, Guid ownerId, Guid songId)
    {
        const int frames = Seconds * StereoBlock.SampleRate;
        var job = new Job { OwnerId = ownerId, Kind = JobKind.Separation, Status = JobStatus.Succeeded, RootId = songId, CreatedAt = DateTimeOffset.UtcNow };
        var set = new StemSet
        {
            OwnerId = ownerId,
            SongId = songId,
            Stems = 4,
            Engine = "by hand",
            JobId = job.Id,
            PublishedAttempt = 1,
            ReportJson = JsonSerializer.Serialize(new SplitReport(frames, -150, [.. Tones.Select(tone => new StemReport(tone.Name, -23, 0))])),
            CreatedAt = DateTimeOffset.UtcNow,
        };
        var folder = studio.Services.GetRequiredService<FileStore>().MakeFolder(set.FolderOf(1));
        foreach (var (name, hz) in Tones)
        {
            using var stem = StemFile.Write(Path.Combine(folder, $"{name}.wav"), 0, frames);
            stem.Append([.. Enumerable.Range(0, 2 * frames).Select(n => (int)(Amplitude * StemFile.FullScale * Math.Sin(2 * Math.PI * hz * (n / 2) / StereoBlock.SampleRate)))]);
        }

        await using var db = await studio.Contexts().CreateDbContextAsync(Stop);
        db.Jobs.Add(job);
        db.StemSets.Add(set);
        await db.SaveChangesAsync(Stop);
    }
}
