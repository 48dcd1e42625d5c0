using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Downbeat.Data;
using Downbeat.Features.Analysis;
using Downbeat.Features.Songs;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Features.Lyrics;

/// <summary>The room's service: bring the words of a song, move them, take them back.</summary>
internal sealed class LyricSheet(IDbContextFactory<StudioDb> databases, SongAnalyst analyst, TimeProvider clock)
{
    /// <summary>Steps that can be undone.</summary>
    public const int MaxUndo = 50;

    private const string NotFound = "lyrics";

    // It goes into no page: letters stay letters, half as long as their numbers.
    private static readonly JsonSerializerOptions Compact = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Where programs find the words of a song.</summary>
    public static string AddressOf(Guid songId) => $"/api/v1/songs/{songId}/lyrics";

    /// <summary>What to say about a change that was thought up for other words than there are now.</summary>
    public static StudioProblem Changed => new(409, "lyrics.changed", "The words were changed in the meantime; look at them as they are now and try again.");

    /// <summary>The words of a song, or null when it has none.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>.</exception>
    public async Task<SongLyrics?> FindAsync(Guid ownerId, Guid songId, CancellationToken stop) => (await ReadAsync(ownerId, songId, stop)).Lyrics;

    /// <summary>The words of a song.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c> or <c>lyrics.not_found</c>.</exception>
    public async Task<SongLyrics> GetAsync(Guid ownerId, Guid songId, CancellationToken stop) =>
        await FindAsync(ownerId, songId, stop) ?? throw StudioProblem.NotFound(NotFound);

    /// <summary>
    /// Reads a file and puts its words in place of those the song has; text without times is spread over the singing. Nobody waits for the reading: a song never changes its length,
    /// so the file is read before the owner's turn begins.
    /// </summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; what <see cref="LyricReader"/> refuses.</exception>
    public async Task<SongLyrics> ImportAsync(Guid ownerId, Guid songId, byte[] file, CancellationToken stop)
    {
        var heard = await analyst.FindAsync(ownerId, songId, stop);
        var (_, duration) = await ReadAsync(ownerId, songId, stop);
        var read = LyricReader.Read(file, duration);
        var content = read.Lines.Any(line => line.Start is not null) ? read : read with { Lines = Spread(read.Lines, heard, duration) };
        return await ChangeAsync(ownerId, songId, null, (_, _) => content, stop);
    }

    /// <summary>Puts lines in place of those the song has; none takes them all away, which can be undone as every change can.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 400 and 413 by field; 409 <c>lyrics.changed</c> when <paramref name="version"/> is no longer that of the words.</exception>
    public Task<SongLyrics> ReplaceAsync(Guid ownerId, Guid songId, LyricContent content, int? version, CancellationToken stop) =>
        ChangeAsync(ownerId, songId, version, (_, duration) => content with { Lines = LyricRules.Check(content.Lines, duration) }, stop);

    /// <summary>Changes the lines.</summary>
    /// <param name="ownerId">Whose they are.</param>
    /// <param name="songId">The song.</param>
    /// <param name="version">The version that the change was thought up for; null when any will do.</param>
    /// <param name="edit">Gives new lines for the present ones and the length of the song.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c> or <c>lyrics.not_found</c>; 409 <c>lyrics.changed</c>; what the edit refuses.</exception>
    public Task<SongLyrics> EditAsync(
        Guid ownerId, Guid songId, int? version, Func<IReadOnlyList<LyricLine>, double, IReadOnlyList<LyricLine>> edit, CancellationToken stop) =>
        ChangeAsync(
            ownerId,
            songId,
            version,
            (present, duration) => present is null
                ? throw StudioProblem.NotFound(NotFound)
                : present with { Lines = LyricRules.Check(edit(present.Lines, duration), duration) },
            stop);

    /// <summary>Spreads the lines that nobody has timed over the singing, between those that somebody has. Nobody waits while that is thought out.</summary>
    /// <param name="ownerId">Whose they are.</param>
    /// <param name="songId">The song.</param>
    /// <param name="version">The version that the person saw; null when any will do.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c> or <c>lyrics.not_found</c>; 409 <c>lyrics.changed</c>, also when they change meanwhile.</exception>
    public async Task<SongLyrics> SpreadAsync(Guid ownerId, Guid songId, int? version, CancellationToken stop)
    {
        var (lyrics, duration) = await ReadAsync(ownerId, songId, stop);
        var present = lyrics ?? throw StudioProblem.NotFound(NotFound);
        EnsureSame(version, present.Version);
        var spread = Spread(present.Lines, await analyst.FindAsync(ownerId, songId, stop), duration);
        return await EditAsync(ownerId, songId, present.Version, (_, _) => spread, stop);
    }

    /// <summary>Takes the last change back.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c> or <c>lyrics.not_found</c>; 409 <c>lyrics.nothing_to_undo</c>.</exception>
    public Task<SongLyrics> UndoAsync(Guid ownerId, Guid songId, CancellationToken stop) => StepAsync(ownerId, songId, -1, stop);

    /// <summary>Makes the change again that was taken back last.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c> or <c>lyrics.not_found</c>; 409 <c>lyrics.nothing_to_redo</c>.</exception>
    public Task<SongLyrics> RedoAsync(Guid ownerId, Guid songId, CancellationToken stop) => StepAsync(ownerId, songId, 1, stop);

    /// <summary>Removes the words of a song with their history.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c> or <c>lyrics.not_found</c>.</exception>
    public async Task DeleteAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        await GetAsync(ownerId, songId, stop);
        await using var db = await databases.CreateDbContextAsync(stop);
        var rows = from song in db.Songs
                   where song.Id == songId && song.OwnerId == ownerId
                   join lyrics in db.Lyrics on song.Id equals lyrics.SongId
                   select lyrics;
        await rows.ExecuteDeleteAsync(stop);
    }

    // In turn: a change is made from what the one before it left.
    private Task<SongLyrics> ChangeAsync(Guid ownerId, Guid songId, int? version, Func<LyricContent?, double, LyricContent> change, CancellationToken stop) =>
        databases.InTurnOfAsync(
            ownerId,
            async db =>
            {
                var (present, durationSeconds) = await ReadAsync(db, ownerId, songId, stop);
                EnsureSame(version, present?.Version ?? 0);
                var content = change(present?.Content, durationSeconds);
                var row = await db.Lyrics.FirstOrDefaultAsync(lyrics => lyrics.SongId == songId, stop) ?? db.Lyrics.Add(new() { SongId = songId, Oldest = 1 }).Entity;
                await db.LyricSnapshots.Where(s => s.SongId == songId && (s.Number > row.Current || s.Number <= row.Current - MaxUndo)).ExecuteDeleteAsync(stop);
                row.Newest = ++row.Current;
                row.Oldest = Math.Max(row.Oldest, row.Current - MaxUndo);
                db.LyricSnapshots.Add(new() { SongId = songId, Number = row.Current, Json = JsonSerializer.Serialize(content, Compact) });
                return await SaveAsync(db, row, content, stop);
            },
            stop);

    private Task<SongLyrics> StepAsync(Guid ownerId, Guid songId, int step, CancellationToken stop) => databases.InTurnOfAsync(
        ownerId,
        async db =>
        {
            var present = (await ReadAsync(db, ownerId, songId, stop)).Lyrics ?? throw StudioProblem.NotFound(NotFound);
            if (step < 0 ? !present.CanUndo : !present.CanRedo)
            {
                throw new StudioProblem(409, $"lyrics.nothing_to_{(step < 0 ? "undo" : "redo")}", $"There is nothing to {(step < 0 ? "undo" : "redo")}.");
            }

            var row = await db.Lyrics.FirstAsync(lyrics => lyrics.SongId == songId, stop);
            row.Current += step;
            var json = await db.LyricSnapshots.Where(s => s.SongId == songId && s.Number == row.Current).Select(s => s.Json).FirstAsync(stop);
            return await SaveAsync(db, row, JsonSerializer.Deserialize<LyricContent>(json)!, stop);
        },
        stop);

    private static void EnsureSame(int? expected, int version)
    {
        if (expected is not null && expected != version)
        {
            throw Changed;
        }
    }

    private async Task<SongLyrics> SaveAsync(StudioDb db, StoredLyrics row, LyricContent content, CancellationToken stop)
    {
        row.Version++;
        row.UpdatedAt = clock.GetUtcNow();
        await db.SaveChangesAsync(stop);
        return SongLyrics.Of(row, content);
    }

    private async Task<(SongLyrics? Lyrics, double DurationSeconds)> ReadAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await ReadAsync(db, ownerId, songId, stop);
    }

    private static async Task<(SongLyrics? Lyrics, double DurationSeconds)> ReadAsync(StudioDb db, Guid ownerId, Guid songId, CancellationToken stop)
    {
        var rows = from song in db.Songs
                   where song.Id == songId && song.OwnerId == ownerId
                   join lyrics in db.Lyrics on song.Id equals lyrics.SongId into allLyrics
                   from lyrics in allLyrics.DefaultIfEmpty()
                   join snapshot in db.LyricSnapshots on new { lyrics.SongId, Number = lyrics.Current } equals new { snapshot.SongId, snapshot.Number } into snapshots
                   from snapshot in snapshots.DefaultIfEmpty()
                   select new { song.DurationSeconds, Row = lyrics, Json = (string?)snapshot.Json };
        var row = await rows.AsNoTracking().FirstOrDefaultAsync(stop) ?? throw StudioProblem.NotFound("song");
        return (row.Json is null ? null : SongLyrics.Of(row.Row, JsonSerializer.Deserialize<LyricContent>(row.Json)!), row.DurationSeconds);
    }

    private static IReadOnlyList<LyricLine> Spread(IReadOnlyList<LyricLine> lines, SongAnalysis? heard, double durationSeconds) =>
        VocalSpread.Fill(lines, heard?.Voice ?? [], heard?.Beats ?? [], durationSeconds);
}

/// <summary>The words of a song as they are now.</summary>
/// <param name="SongId">The song.</param>
/// <param name="Version">Counts every change, from 1.</param>
/// <param name="Source">What they were brought as.</param>
/// <param name="IsEstimate">At least one line's times are estimates.</param>
/// <param name="Language">Language, as the file names it; null when it does not.</param>
/// <param name="Lines">The lines; those with times begin one after another.</param>
/// <param name="CanUndo">There is a change to take back.</param>
/// <param name="CanRedo">There is a change to make again.</param>
/// <param name="UpdatedAt">When they were changed last.</param>
public sealed record SongLyrics(
    Guid SongId,
    int Version,
    LyricSource Source,
    bool IsEstimate,
    string? Language,
    IReadOnlyList<LyricLine> Lines,
    bool CanUndo,
    bool CanRedo,
    DateTimeOffset UpdatedAt)
{
    /// <summary>What is kept of them.</summary>
    internal LyricContent Content => new(Source, Language, Lines);

    internal static SongLyrics Of(StoredLyrics row, LyricContent content) => new(
        row.SongId, row.Version, content.Source, content.IsEstimate, content.Language, content.Lines, row.Current > row.Oldest, row.Current < row.Newest, row.UpdatedAt);
}
