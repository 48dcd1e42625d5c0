using System.Text.Json.Serialization;
using Downbeat.Caching;
using Downbeat.Data;
using Downbeat.Features.Clips;
using Downbeat.Features.Songs;
using Downbeat.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Features.Compositions;

/// <summary>Everything about a song's clips in one look: with one query, or none while nothing has changed since the last.</summary>
internal sealed class ClipStatusBoard
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly IDbContextFactory<StudioDb> databases;
    private readonly CacheRegion views;

    /// <summary>Listens for what changes.</summary>
    public ClipStatusBoard(IDbContextFactory<StudioDb> databases, CacheRegions caches, JobBoard jobs)
    {
        this.databases = databases;
        views = caches.Open("clip-status", Lifetime, mostMegabytes: 16, tag: "song");
        jobs.Changing += job =>
        {
            // How far running work is changes all the time, and is not kept.
            if (job.Status != JobStatus.Running || job.Progress == 0)
            {
                _ = ForgetAsync(job.OwnerId, job.RootId).AsTask();
            }
        };
    }

    /// <summary>Counts, clips, the state of listening, and the newest finished video.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>.</exception>
    public ValueTask<ClipStatusView> ReadAsync(Guid ownerId, Guid songId, CancellationToken stop) =>
        views.GetAsync("", CacheRegions.TagOfSong(ownerId, songId), stop => QueryAsync(ownerId, songId, stop), stop, view => view.IsResting);

    /// <summary>Clips or videos of a song have changed otherwise than by a job.</summary>
    public ValueTask ForgetAsync(Guid ownerId, Guid songId) => views.ForgetAsync(CacheRegions.TagOfSong(ownerId, songId));

    private async ValueTask<ClipStatusView> QueryAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var (jobs, compositions) = (db.Jobs, db.Compositions);

        // Table by table, for SQLite would put together the clips and jobs of everybody first.
        var rows = from song in db.Songs.AsNoTracking()
                   where song.Id == songId && song.OwnerId == ownerId
                   join clip in db.Clips.AsNoTracking() on song.Id equals clip.SongId into clips
                   from clip in clips.DefaultIfEmpty()
                   join job in jobs on clip.JobId equals job.Id into made
                   from job in made.DefaultIfEmpty()
                   orderby clip.Index, clip.Id
                   select new
                   {
                       Row = clip == null ? null : new ClipRow { Clip = clip, JobStatus = (JobStatus?)job.Status, JobProgress = (double?)job.Progress, JobError = job.ErrorMessage },
                       Listening = jobs.Where(job => job.Id == song.AnalysisJobId).Select(job => (JobStatus?)job.Status).FirstOrDefault(),
                       VideoId = compositions
                           .Where(composition => composition.SongId == song.Id && composition.SizeBytes != null)
                           .OrderByDescending(composition => composition.CreatedAt)
                           .Select(composition => (Guid?)composition.Id)
                           .FirstOrDefault(),
                   };
        var found = await rows.ToListAsync(stop);
        return found is [var first, ..]
            ? ClipStatusView.Of([.. found.Select(row => row.Row).OfType<ClipRow>().Select(row => row.ToClip())], Song.StatusOf(first.Listening), first.VideoId)
            : throw StudioProblem.NotFound("song");
    }
}

/// <summary>A song's clips in one look.</summary>
internal sealed record ClipStatusView(
    int Total, int Queued, int Processing, int Completed, int Failed, int Cancelled, double Progress, IReadOnlyList<Clip> Clips, SongStatus Analysis, string? ComposedVideoUrl, string? PosterUrl)
{
    /// <summary>Whether nothing is under way that would change it by and by.</summary>
    [JsonIgnore]
    public bool IsResting => Queued + Processing == 0 && Analysis is SongStatus.Ready or SongStatus.Failed;

    public static ClipStatusView Of(IReadOnlyList<Clip> clips, SongStatus analysis, Guid? videoId)
    {
        int Count(ClipStatus status) => clips.Count(clip => clip.Status == status);
        var ended = clips.Count - Count(ClipStatus.Queued) - Count(ClipStatus.Processing);
        return new(
            clips.Count,
            Count(ClipStatus.Queued),
            Count(ClipStatus.Processing),
            Count(ClipStatus.Completed),
            Count(ClipStatus.Failed),
            Count(ClipStatus.Cancelled),
            clips.Count == 0 ? 0 : (double)ended / clips.Count,
            clips,
            analysis,
            videoId is { } id ? $"/api/v1/compositions/{id}/video" : null,
            videoId is { } posterId ? $"/api/v1/compositions/{posterId}/poster" : null);
    }
}
