using Downbeat.Caching;
using Downbeat.Data;
using Downbeat.Features.Accounts;
using Downbeat.Http;
using Downbeat.Jobs;
using Downbeat.Media;
using Downbeat.Storage;
using Downbeat.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Songs;

/// <summary>Adds the first job of a new song to the same transaction as the song. The pipeline says which.</summary>
internal delegate Job FirstStep(StudioDb db, Song song);

/// <summary>Tells the rooms after this one that a song is gone, so that they forget what they keep of it.</summary>
internal delegate ValueTask SongRemoved(Guid ownerId, Guid songId);

/// <summary>The room's service: everything one can do with songs.</summary>
internal sealed class SongLibrary(
    IDbContextFactory<StudioDb> databases,
    FileStore files,
    SongCheck check,
    JobDesk desk,
    JobBoard board,
    FirstStep firstStep,
    SongRemoved removed,
    CacheRegions caches,
    IOptions<SongOptions> options,
    IOptions<QuotaOptions> quotas,
    TimeProvider clock)
{
    private const int NameLength = 256;

    private readonly CacheRegion kept = Open(caches, board);

    /// <summary>Largest file that is taken.</summary>
    public long MaxBytes => options.Value.MaxBytes;

    /// <summary>What to say about a larger one.</summary>
    public StudioProblem TooLarge => new(413, "song.too_large", $"The file is larger than {options.Value.MaxMegabytes} MB; upload it as MP3, M4A or FLAC instead.");

    /// <summary>Where programs find a song.</summary>
    public static string AddressOf(Song song) => $"/api/v1/songs/{song.Id}";

    /// <summary>Refuses a caller who has all the songs that one user may have.</summary>
    /// <exception cref="StudioProblem">409 <c>song.quota_reached</c>.</exception>
    public async Task EnsureQuotaAsync(Guid ownerId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        await EnsureQuotaAsync(db, ownerId, stop);
    }

    /// <summary>Checks an uploaded file, keeps it and has it listened to.</summary>
    /// <param name="ownerId">Whose it is.</param>
    /// <param name="upload">The file.</param>
    /// <param name="workspace">Where the file lies.</param>
    /// <param name="stop">Ends the work.</param>
    /// <param name="alongside">What else is saved in the same transaction.</param>
    /// <exception cref="StudioProblem">What <see cref="SongCheck"/> refuses; 409 <c>song.quota_reached</c>; 507 <c>storage.full</c>. Nothing is kept then.</exception>
    public async Task<Song> AddAsync(Guid ownerId, Upload upload, Workspace workspace, CancellationToken stop, Func<StudioDb, Song, Task>? alongside = null)
    {
        EnsureShort(upload.Fields.GetValueOrDefault("title"), upload.Fields.GetValueOrDefault("artist"));
        var heard = await check.RunAsync(upload.Path, options.Value.MaxMinutes * 60, stop);
        var song = new Song
        {
            OwnerId = ownerId,
            Title = NameOr(upload.Fields.GetValueOrDefault("title"), Path.GetFileNameWithoutExtension(upload.FileName), "Untitled song"),
            Artist = NameOr(upload.Fields.GetValueOrDefault("artist"), ""),
            OriginalFileName = upload.FileName,
            ContentType = heard.Facts.Kind.ContentType,
            Extension = heard.Facts.Kind.Extension,
            SizeBytes = upload.SizeBytes,
            DurationSeconds = heard.Facts.DurationSeconds,
            SampleRate = heard.Facts.Audio!.SampleRateHz,
            Channels = heard.Facts.Audio.Channels,
            ContentHash = upload.ContentHash,
            CreatedAt = clock.GetUtcNow(),
        };
        var peaks = workspace.File("peaks");
        await System.IO.File.WriteAllBytesAsync(peaks, heard.Peaks.ToBytes(), stop);
        var job = await KeepAsync(song, upload.Path, peaks, alongside, stop);
        await caches.ForgetAsync(ownerId);
        await desk.AnnounceAsync(job);
        return await GetAsync(ownerId, song.Id, stop);
    }

    /// <summary>The caller's songs, newest first.</summary>
    public ValueTask<Page<Song>> ListAsync(Guid ownerId, Paging paging, CancellationToken stop) =>
        kept.GetAsync($"page/{paging.Place}", CacheRegions.TagOfUser(ownerId), stop => QueryAsync(ownerId, paging, stop), stop, page => page.Items.All(IsResting));

    private async ValueTask<Page<Song>> QueryAsync(Guid ownerId, Paging paging, CancellationToken stop)
    {
        // What is kept comes from the database itself: of a replica that lags it would be kept long after.
        await using var db = await databases.CreateDbContextAsync(stop);
        var songs = db.Songs;
        var page = await paging.ReadAsync(
            songs.Where(song => song.OwnerId == ownerId).OrderByDescending(song => song.CreatedAt).ThenByDescending(song => song.Id).Select(song => song.Id),
            page => Rows(db, songs.Where(song => page.Contains(song.Id))).OrderByDescending(row => row.Song.CreatedAt).ThenByDescending(row => row.Song.Id),
            stop);
        return new([.. page.Items.Select(row => row.ToSong())], page.PageNumber, page.PageSize, page.Total);
    }

    /// <summary>One song of the caller.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>.</exception>
    public async Task<Song> GetAsync(Guid ownerId, Guid id, CancellationToken stop) =>
        await kept.GetAsync($"{id:N}", CacheRegions.TagOfUser(ownerId), stop => QueryAsync(ownerId, id, stop), stop, IsResting);

    private async ValueTask<Song> QueryAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var row = await Rows(db, db.Songs.Where(song => song.Id == id && song.OwnerId == ownerId)).FirstOrDefaultAsync(stop);
        return row?.ToSong() ?? throw StudioProblem.NotFound("song");
    }

    /// <summary>Changes title and artist; null leaves as it is.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 400 for an empty title and for a name that is too long.</exception>
    public async Task<Song> RenameAsync(Guid ownerId, Guid id, string? title, string? artist, CancellationToken stop)
    {
        EnsureShort(title, artist);
        var newTitle = title is null ? null : DisplayName.Clean(title, NameLength);
        if (newTitle is "")
        {
            throw StudioProblem.Field("title", $"A title has 1 to {NameLength} characters.");
        }

        await using var db = await databases.CreateDbContextAsync(stop);
        var song = await db.Songs.FirstOrDefaultAsync(s => s.Id == id && s.OwnerId == ownerId, stop) ?? throw StudioProblem.NotFound("song");
        song.Title = newTitle ?? song.Title;
        song.Artist = artist is null ? song.Artist : DisplayName.Clean(artist, NameLength);
        await db.SaveChangesAsync(stop);
        await caches.ForgetAsync(ownerId);
        return await GetAsync(ownerId, id, stop);
    }

    /// <summary>Removes a song with everything that hangs on it: jobs are stopped, rows and files go.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>.</exception>
    public async Task DeleteAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        var song = await GetAsync(ownerId, id, stop);
        await desk.StopWorkOnAsync(ownerId, id, stop);

        // From here on to the end, also when the caller has gone.
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None);
        await db.Jobs.Where(job => job.OwnerId == ownerId && job.RootId == id).ExecuteDeleteAsync(CancellationToken.None);
        await db.Songs.Where(s => s.Id == id && s.OwnerId == ownerId).ExecuteDeleteAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        await caches.ForgetAsync(ownerId);
        files.DeleteFolder(song.Folder);
        await removed(ownerId, id);
    }

    /// <summary>The song's sound, or null when it is gone.</summary>
    public string? FindAudio(Song song) => files.Find(song.AudioKey);

    /// <summary>The song's waveform.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c> when it is gone.</exception>
    public async Task<Peaks> PeaksAsync(Song song, CancellationToken stop) =>
        files.Find(song.PeaksKey) is { } path ? Peaks.FromBytes(await System.IO.File.ReadAllBytesAsync(path, stop)) : throw StudioProblem.NotFound("song");

    /// <summary>Removes the folder of a song that has gone: whoever put something there meanwhile calls this.</summary>
    public async Task DropIfGoneAsync(Guid songId)
    {
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        if (!await db.Songs.AnyAsync(song => song.Id == songId))
        {
            files.DeleteFolder(Song.FolderOf(songId));
        }
    }

    /// <summary>Removes folders of songs that have no row: a process died between writing files and saving.</summary>
    /// <param name="unusedSince">Younger folders stay: another instance may be about to save their row.</param>
    /// <param name="stop">Ends the sweep.</param>
    public async Task SweepAsync(DateTimeOffset unusedSince, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        await foreach (var id in db.Songs.Select(song => song.Id).MissingAsync([.. files.FoldersIn("songs", unusedSince)], stop))
        {
            files.DeleteFolder(Song.FolderOf(id));
        }
    }

    private async Task<Job> KeepAsync(Song song, string audioPath, string peaksPath, Func<StudioDb, Song, Task>? alongside, CancellationToken stop)
    {
        try
        {
            files.Put(song.AudioKey, audioPath);
            files.Put(song.PeaksKey, peaksPath);
            return await SaveAsync(song, alongside, stop);
        }
        catch
        {
            files.DeleteFolder(song.Folder);
            throw;
        }
    }

    // In turn: of two uploads at the same moment only one gets the last free place.
    private Task<Job> SaveAsync(Song song, Func<StudioDb, Song, Task>? alongside, CancellationToken stop) => databases.InTurnOfAsync(
        song.OwnerId,
        async db =>
        {
            await EnsureQuotaAsync(db, song.OwnerId, stop);
            db.Songs.Add(song);
            var job = firstStep(db, song);
            song.AnalysisJobId = job.Id;
            await db.SaveChangesAsync(stop);
            await (alongside?.Invoke(db, song) ?? Task.CompletedTask);
            return job;
        },
        stop);

    private async Task EnsureQuotaAsync(StudioDb db, Guid ownerId, CancellationToken stop)
    {
        var limit = quotas.Value.Songs;
        if (await db.Songs.CountAsync(song => song.OwnerId == ownerId, stop) >= limit)
        {
            throw Refusals.Of(new(409, "song.quota_reached", $"You have {limit} songs, which is all that one account may have here; delete one to make room."));
        }
    }

    private static CacheRegion Open(CacheRegions caches, JobBoard board)
    {
        var songs = caches.Open("songs", TimeSpan.FromMinutes(5), mostMegabytes: 16, tag: "user");
        board.Changing += job =>
        {
            // How far listening has come is part of a song, but that is read anew each time.
            if (job.Kind == JobKind.Analysis && job is not { Status: JobStatus.Running, Progress: > 0 })
            {
                _ = songs.ForgetAsync(CacheRegions.TagOfUser(job.OwnerId)).AsTask();
            }
        };
        return songs;
    }

    private static bool IsResting(Song song) => song.Status is SongStatus.Ready or SongStatus.Failed;

    private static void EnsureShort(string? title, string? artist)
    {
        if (title?.Length > NameLength)
        {
            throw StudioProblem.Field("title", $"A title has 1 to {NameLength} characters.");
        }

        if (artist?.Length > NameLength)
        {
            throw StudioProblem.Field("artist", $"An artist has at most {NameLength} characters.");
        }
    }

    private static string NameOr(params ReadOnlySpan<string?> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (DisplayName.Clean(candidate ?? "", NameLength) is { Length: > 0 } name)
            {
                return name;
            }
        }

        return "";
    }

    private static IQueryable<Row> Rows(StudioDb db, IQueryable<Song> songs) =>
        from song in songs.AsNoTracking()
        join job in db.Jobs.AsNoTracking() on song.AnalysisJobId equals job.Id into jobs
        from job in jobs.DefaultIfEmpty()
        select new Row { Song = song, JobStatus = (JobStatus?)job.Status, JobError = job.ErrorMessage };

    private sealed class Row
    {
        public required Song Song { get; init; }

        public required JobStatus? JobStatus { get; init; }

        public required string? JobError { get; init; }

        public Song ToSong()
        {
            Song.Status = Song.StatusOf(JobStatus);
            Song.Error = Song.Status == SongStatus.Failed ? JobError ?? "Listening was stopped; start it again." : null;
            return Song;
        }
    }
}
