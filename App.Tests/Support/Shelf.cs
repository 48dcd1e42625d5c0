using System.Text.Json;
using Downbeat.Caching;
using Downbeat.Data;
using Downbeat.E2E.Support;
using Downbeat.Features.Analysis;
using Downbeat.Features.Clips;
using Downbeat.Features.Clips.Library;
using Downbeat.Features.Compositions;
using Downbeat.Features.Songs;
using Downbeat.Jobs;
using Downbeat.Media;
using Downbeat.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Support;

/// <summary>Rows put straight into a studio's database: what a user has after much work, without the work and without the files.</summary>
internal static class Shelf
{
    /// <summary>Who signed in.</summary>
    public static async Task<Guid> OwnerIdAsync(this ApiCaller caller) => (await caller.GetAsync("auth/me")).GetProperty("id").GetGuid();

    /// <summary>Contexts of a started studio.</summary>
    public static IDbContextFactory<StudioDb> Contexts(this Studio studio) => studio.Services.GetRequiredService<IDbContextFactory<StudioDb>>();

    /// <summary>Adds songs that were listened to. All were made at the same moment, as a clock that is not fine enough would have it.</summary>
    public static async Task<IReadOnlyList<Guid>> AddSongsAsync(this Studio studio, Guid ownerId, int count)
    {
        await using var db = await studio.Contexts().CreateDbContextAsync();
        var ids = new List<Guid>();
        for (var i = 0; i < count; i++)
        {
            var id = Guid.CreateVersion7();
            var job = AddJob(db, ownerId, JobKind.Analysis, id, id, new AnalyseSong(id));
            db.Songs.Add(new()
            {
                Id = id,
                OwnerId = ownerId,
                Title = $"Song {i}",
                OriginalFileName = "song.mp3",
                ContentType = "audio/mpeg",
                Extension = ".mp3",
                DurationSeconds = 12,
                AnalysisJobId = job.Id,
                CreatedAt = DateTimeOffset.UnixEpoch,
            });
            db.Analyses.Add(new() { SongId = id, Version = 1, Bpm = 120, Key = "A", Mode = "minor", Json = JsonSerializer.Serialize(new SongAnalysis { SongId = id, Bpm = 120 }) });
            ids.Add(id);
        }

        await db.SaveChangesAsync();
        await studio.Services.GetRequiredService<CacheRegions>().ForgetAsync(ownerId);
        return ids;
    }

    /// <summary>Adds clips to a song.</summary>
    public static async Task<IReadOnlyList<Guid>> AddClipsAsync(this Studio studio, Guid ownerId, Guid songId, int count)
    {
        await using var db = await studio.Contexts().CreateDbContextAsync();
        var clips = Enumerable.Range(0, count)
            .Select(i => new Clip { OwnerId = ownerId, SongId = songId, Index = i, Status = ClipStatus.Completed, Title = $"Clip {i}", Width = 320, Height = 180, FactsJson = "{}" })
            .ToList();
        db.Clips.AddRange(clips);
        await db.SaveChangesAsync();
        return [.. clips.Select(clip => clip.Id)];
    }

    /// <summary>Adds footage to a user's library, each older than the next, with a clip for each in a song; without a song it is kept. There are no files.</summary>
    public static async Task<IReadOnlyList<Guid>> AddFootageAsync(this Studio studio, Guid ownerId, Guid? songId, params string[] titles)
    {
        await using var db = await studio.Contexts().CreateDbContextAsync();
        var clips = titles.Select((title, i) => new Clip
        {
            OwnerId = ownerId,
            SongId = songId ?? Guid.Empty,
            Source = ClipSource.Generated,
            Prompt = "a sea",
            Generator = "Painter",
            Status = ClipStatus.Completed,
            Title = title,
            DurationSeconds = 4,
            Width = 320,
            Height = 180,
            ContentHash = $"{Guid.NewGuid():N}",
            FactsJson = "{}",
            CreatedAt = DateTimeOffset.UnixEpoch.AddSeconds(i),
        }).ToList();
        var footage = clips.Select(clip => Footage.Of(clip, Guid.CreateVersion7(), hasPreview: true)).ToList();
        footage.ForEach(one => one.IsKept = songId is null);
        db.Footage.AddRange(footage);
        db.Clips.AddRange(songId is null ? [] : clips.Zip(footage, (clip, one) => clip.Show(one)));
        await db.SaveChangesAsync();
        return [.. footage.Select(one => one.Id)];
    }

    /// <summary>Adds a song of twelve seconds that was heard at 120 a minute, and two pictures to it. Their files are there, and empty.</summary>
    public static async Task<(Guid Song, IReadOnlyList<Guid> Clips)> AddHeardSongAsync(this Studio studio, Guid ownerId)
    {
        var song = (await studio.AddSongsAsync(ownerId, 1))[0];
        var clips = await studio.AddClipsAsync(ownerId, song, 2);
        await using var db = await studio.Contexts().CreateDbContextAsync();
        (await db.Analyses.FirstAsync(analysis => analysis.SongId == song)).Json = JsonSerializer.Serialize(new SongAnalysis
        {
            SongId = song,
            DurationSeconds = 12,
            Bpm = 120,
            BeatsPerBar = 4,
            Beats = [.. Enumerable.Range(0, 24).Select(beat => beat / 2.0)],
            Downbeats = [.. Enumerable.Range(0, 6).Select(bar => bar * 2.0)],
            Sections = [new(0, 0, 12, "verse", 0, 0.5, 1)],
        });
        var facts = new MediaFacts(MediaKind.Png, 0, null, new VideoFacts("png", 320, 180, 320, 180, 0, new(1, 1), null, false, 1, "rgb24", 8, false, ColourTransfer.Standard, false, true), true);
        await db.SaveChangesAsync();
        var json = JsonSerializer.Serialize(facts);
        await db.Clips.Where(clip => clip.SongId == song).ExecuteUpdateAsync(clip => clip.SetProperty(c => c.FactsJson, json));

        var files = studio.Services.GetRequiredService<FileStore>();
        foreach (var key in (await db.Clips.Where(clip => clip.SongId == song).ToListAsync()).Select(clip => clip.VideoKey).Append((await db.Songs.FirstAsync(s => s.Id == song)).AudioKey))
        {
            files.Put(key, Path.GetTempFileName());
        }

        return (song, clips);
    }

    /// <summary>Adds finished videos to a song.</summary>
    public static async Task AddVideosAsync(this Studio studio, Guid ownerId, Guid songId, int count)
    {
        await using var db = await studio.Contexts().CreateDbContextAsync();
        for (var i = 0; i < count; i++)
        {
            var id = Guid.CreateVersion7();
            var job = AddJob(db, ownerId, JobKind.Composition, id, songId, new RenderComposition(id));
            db.Compositions.Add(new() { Id = id, OwnerId = ownerId, SongId = songId, JobId = job.Id, SettingsJson = "{}", CutJson = "{}", SizeBytes = 1, DurationSeconds = 12 });
        }

        await db.SaveChangesAsync();
        await studio.Services.GetRequiredService<CacheRegions>().ForgetAsync(ownerId);
    }

    private static Job AddJob<TStep>(StudioDb db, Guid ownerId, JobKind kind, Guid subjectId, Guid rootId, TStep step)
    {
        var job = new Job
        {
            OwnerId = ownerId,
            Kind = kind,
            SubjectId = subjectId,
            RootId = rootId,
            Status = JobStatus.Succeeded,
            Progress = 1,
            StepName = typeof(TStep).Name,
            StepJson = JsonSerializer.Serialize(step),
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        db.Jobs.Add(job);
        return job;
    }
}
