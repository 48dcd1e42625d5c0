using System.Text.Json;
using Downbeat.Data;
using Downbeat.Features.Compositions.Rendering;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Features.Compositions;

/// <summary>Proves on finished videos how well their cuts meet their beats. A video is looked at when somebody first asks, one at a time; the answer is kept with it.</summary>
internal sealed class SyncProof(IDbContextFactory<StudioDb> databases, CompositionStudio studio, SyncMeter meter) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>The report of a video.</summary>
    /// <exception cref="StudioProblem">404 <c>composition.not_found</c>; 409 <c>composition.not_ready</c>.</exception>
    public async Task<SyncReport> ReadAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        if (await FindAsync(ownerId, id, stop) is { } known)
        {
            return known;
        }

        await turn.WaitAsync(stop);
        try
        {
            return await FindAsync(ownerId, id, stop) ?? await MeasureAsync(ownerId, id, stop);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    /// <summary>What was measured on the pictures; null when only the time stamps were read so far.</summary>
    private async Task<SyncReport?> FindAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var row = await db.Compositions.Where(c => c.Id == id && c.OwnerId == ownerId).Select(c => new { c.SyncJson }).FirstOrDefaultAsync(stop);
        var json = (row ?? throw StudioProblem.NotFound("composition")).SyncJson ?? throw new StudioProblem(409, "composition.not_ready", "The video is not finished yet.");
        var report = JsonSerializer.Deserialize<SyncReport>(json)!;
        return report.Cuts.All(cut => cut.Seen is not null) ? report : null;
    }

    private async Task<SyncReport> MeasureAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        var composition = await studio.GetAsync(ownerId, id, stop);
        var video = studio.FindVideo(composition) ?? throw StudioProblem.NotFound("video");
        var report = await meter.MeasureAsync(await studio.CutOfAsync(ownerId, id, stop), video, stop);
        var json = JsonSerializer.Serialize(report);
        await using var db = await databases.CreateDbContextAsync(stop);

        // Of this file alone: should another attempt have published one meanwhile, it is measured anew.
        await db.Compositions.Where(c => c.Id == id && c.PublishedAttempt == composition.PublishedAttempt).ExecuteUpdateAsync(set => set.SetProperty(c => c.SyncJson, json), stop);
        return report;
    }
}
