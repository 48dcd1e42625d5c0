using Downbeat.Data;
using Downbeat.Features.Songs;
using Downbeat.Http;
using Downbeat.Storage;
using Downbeat.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Clips.Library;

/// <summary>What somebody has to cut to, for all of their songs: finding it, naming it, and bringing it without a song.</summary>
internal sealed class FootageLibrary(
    IDbContextFactory<StudioDb> databases, ReadReplica replica, FootageShelf shelf, FileStore files, ClipsChanged changed, IOptions<ClipOptions> options, TimeProvider clock)
{
    private const int MostTags = 40;

    /// <summary>Where programs find footage.</summary>
    public static string AddressOf(Footage footage) => $"/api/v1/footage/{footage.Id}";

    /// <summary>Refuses a caller who has all the footage that may be brought to the library itself.</summary>
    /// <exception cref="StudioProblem">409 <c>footage.quota_reached</c>.</exception>
    public async Task EnsureQuotaAsync(Guid ownerId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        await EnsureQuotaAsync(db, ownerId, stop);
    }

    /// <summary>Checks an uploaded film or still and keeps it until it is deleted, whether a song uses it or not.</summary>
    /// <param name="ownerId">Whose it is.</param>
    /// <param name="upload">The file.</param>
    /// <param name="workspace">Where the file lies.</param>
    /// <param name="stop">Ends the work.</param>
    /// <param name="alongside">What else is saved in the same transaction.</param>
    /// <exception cref="StudioProblem">What <see cref="FootageIntake"/> refuses; 409 <c>footage.quota_reached</c>. Nothing is kept then.</exception>
    public async Task<Footage> AddAsync(Guid ownerId, Upload upload, Workspace workspace, CancellationToken stop, Func<StudioDb, Footage, Task>? alongside = null)
    {
        var brought = new Clip { OwnerId = ownerId, Title = FootageShelf.TitleOf(upload.FileName), CreatedAt = clock.GetUtcNow() };
        var footage = await shelf.KeepAsync(
            brought,
            upload,
            workspace,
            async (db, footage) =>
            {
                await (footage.IsKept ? Task.CompletedTask : EnsureQuotaAsync(db, ownerId, stop));
                footage.IsKept = true;
                await (alongside?.Invoke(db, footage) ?? Task.CompletedTask);
            },
            stop);
        return await GetAsync(ownerId, footage.Id, stop);
    }

    /// <summary>A page of the caller's footage with the songs that use it, newest first.</summary>
    /// <param name="ownerId">The caller.</param>
    /// <param name="search">Words that all have to be in its title or its tags; null or empty for all.</param>
    /// <param name="tag">A tag that it has; null or empty for all.</param>
    /// <param name="paging">Which page.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <exception cref="StudioProblem">400 <c>request.page</c>, <c>request.field</c>.</exception>
    public async Task<Page<Footage>> ListAsync(Guid ownerId, string? search, string? tag, Paging paging, CancellationToken stop)
    {
        var parts = FootageSearch.PartsOf(search, tag);
        var page = await replica.ReadAsync(
            ownerId,
            db =>
            {
                var all = db.Footage;
                var found = parts.Aggregate(all.Where(footage => footage.OwnerId == ownerId), (found, part) => found.Where(footage => footage.SearchText.Contains(part)));
                return paging.ReadAsync(
                    found.OrderByDescending(footage => footage.CreatedAt).ThenByDescending(footage => footage.Id).Select(footage => footage.Id),
                    page => Rows(db, all.Where(footage => page.Contains(footage.Id))),
                    stop);
            },
            stop);
        return new(Row.Together(page.Items), page.PageNumber, page.PageSize, page.Total);
    }

    /// <summary>The caller's tags, at most forty, those first that most footage has.</summary>
    public async Task<IReadOnlyList<string>> TagsAsync(Guid ownerId, CancellationToken stop)
    {
        var tags = (await replica.ReadAsync(ownerId, db => db.Footage.Where(footage => footage.OwnerId == ownerId).Select(footage => footage.Tags).ToListAsync(stop), stop)).SelectMany(tags => tags);
        return [.. tags.GroupBy(FootageSearch.Fold).OrderByDescending(same => same.Count()).ThenBy(same => same.Key, StringComparer.Ordinal).Take(MostTags).Select(same => same.First())];
    }

    /// <summary>One footage of the caller.</summary>
    /// <exception cref="StudioProblem">404 <c>footage.not_found</c>.</exception>
    public async Task<Footage> GetAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await FindAsync(db, ownerId, id, stop) ?? throw StudioProblem.NotFound("footage");
    }

    /// <summary>Changes title and tags; null leaves as it is. The clips that show it get the new title too.</summary>
    /// <exception cref="StudioProblem">404 <c>footage.not_found</c>; 400 for an empty or long title and for what <see cref="FootageTags"/> refuses.</exception>
    public async Task<Footage> ChangeAsync(Guid ownerId, Guid id, string? title, IReadOnlyList<string>? tags, CancellationToken stop)
    {
        var newTitle = title is null ? null : DisplayName.Clean(title, FootageShelf.TitleLength);
        if (newTitle is "" || title?.Length > FootageShelf.TitleLength)
        {
            throw StudioProblem.Field("title", $"A title has 1 to {FootageShelf.TitleLength} characters.");
        }

        var newTags = tags is null ? null : FootageTags.Check(tags);
        await databases.InTurnOfAsync(
            ownerId,
            async db =>
            {
                var footage = await db.Footage.FirstOrDefaultAsync(f => f.Id == id && f.OwnerId == ownerId, stop) ?? throw StudioProblem.NotFound("footage");
                footage.Called(newTitle ?? footage.Title, newTags ?? footage.Tags);
                await db.SaveChangesAsync(stop);
                return newTitle is null ? 0 : await db.Clips.Where(clip => clip.FootageId == id).ExecuteUpdateAsync(set => set.SetProperty(clip => clip.Title, newTitle), stop);
            },
            stop);
        var footage = await GetAsync(ownerId, id, stop);
        foreach (var song in footage.Songs)
        {
            await changed(ownerId, song.Id);
        }

        return footage;
    }

    /// <summary>Removes footage that no song uses, with its files.</summary>
    /// <exception cref="StudioProblem">404 <c>footage.not_found</c>; 409 <c>footage.in_use</c>.</exception>
    public async Task DeleteAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        await databases.InTurnOfAsync(
            ownerId,
            async db =>
            {
                var footage = await FindAsync(db, ownerId, id, stop) ?? throw StudioProblem.NotFound("footage");
                return footage.Songs.Count > 0 ? throw InUse(footage) : await db.Footage.Where(f => f.Id == id).ExecuteDeleteAsync(stop);
            },
            stop);
        files.DeleteFolder(Footage.FolderOf(id));
    }

    /// <summary>What to say to somebody who wants to delete what songs use.</summary>
    public static StudioProblem InUse(Footage footage)
    {
        const int Named = 3;
        var names = footage.Songs.Take(Named).Select(song => $"“{song.Title}”").ToList();
        if (footage.Songs.Count > Named)
        {
            names.Add($"{footage.Songs.Count - Named} more");
        }

        var songs = names.Count == 1 ? names[0] : $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";
        return new(409, "footage.in_use", $"“{footage.Title}” is a clip of {songs}; delete it there first.");
    }

    /// <summary>The file, or null when it is gone.</summary>
    public string? FindVideo(Footage footage) => files.Find(footage.VideoKey);

    /// <summary>The thumbnail, or null when it is gone.</summary>
    public string? FindThumbnail(Footage footage) => files.Find(footage.ThumbnailKey) ?? files.Find(Footage.JpegThumbnailKeyOf(footage.Id));

    /// <summary>The short film to look at, or null when there is none.</summary>
    public string? FindPreview(Footage footage) => footage.HasPreview ? files.Find(footage.PreviewKey) : null;

    private async Task EnsureQuotaAsync(StudioDb db, Guid ownerId, CancellationToken stop)
    {
        if (await db.Footage.CountAsync(footage => footage.OwnerId == ownerId && footage.IsKept, stop) >= options.Value.MaxKept)
        {
            throw Refusals.Of(new(409, "footage.quota_reached", $"You have brought {options.Value.MaxKept} clips here, which is all that one account may keep without a song; delete some to make room."));
        }
    }

    // Table by table, for SQLite would put together the clips and songs of everybody first.
    private static IQueryable<Row> Rows(StudioDb db, IQueryable<Footage> some) =>
        from footage in some.Select(Footage.Shown)
        join clip in db.Clips on footage.Id equals clip.FootageId into clips
        from clip in clips.DefaultIfEmpty()
        join song in db.Songs on clip.SongId equals song.Id into songs
        from song in songs.DefaultIfEmpty()
        orderby footage.CreatedAt descending, footage.Id descending, song.Title, song.Id
        select new Row { Footage = footage, SongId = (Guid?)song.Id, SongTitle = song.Title };

    private static async Task<Footage?> FindAsync(StudioDb db, Guid ownerId, Guid id, CancellationToken stop) =>
        Row.Together(await Rows(db, db.Footage.Where(footage => footage.Id == id && footage.OwnerId == ownerId)).ToListAsync(stop)) is [var footage] ? footage : null;

    /// <summary>Some footage and a song that uses it; a song may do so in several clips.</summary>
    private sealed class Row
    {
        public required Footage Footage { get; init; }

        public required Guid? SongId { get; init; }

        public required string? SongTitle { get; init; }

        public static IReadOnlyList<Footage> Together(IReadOnlyList<Row> rows) => [.. rows.GroupBy(row => row.Footage.Id).Select(same =>
        {
            var footage = same.First().Footage;
            footage.Songs = [.. same.Where(row => row.SongId is not null).Select(row => new FootageSong(row.SongId!.Value, row.SongTitle!)).Distinct()];
            return footage;
        })];
    }
}
