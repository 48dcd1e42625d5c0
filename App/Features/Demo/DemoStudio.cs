using Downbeat.Data;
using Downbeat.Features.Songs;
using Downbeat.Http;
using Downbeat.Jobs;
using Downbeat.Storage;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Features.Demo;

/// <summary>The room's service: makes a project out of nothing, so that a newcomer sees a finished video about a minute after the first start.</summary>
internal sealed class DemoStudio(IDbContextFactory<StudioDb> databases, SongLibrary songs, JobDesk desk, FileStore files)
{
    /// <summary>Plays the demo song into the caller's library and has its clips drawn and its video made.</summary>
    /// <returns>The song.</returns>
    /// <exception cref="StudioProblem">409 <c>song.quota_reached</c>; 429 <c>job.too_many</c>; 507 <c>storage.full</c>.</exception>
    public async Task<Guid> CreateAsync(Guid ownerId, CancellationToken stop)
    {
        await songs.EnsureQuotaAsync(ownerId, stop);
        files.EnsureRoom(64 << 20);
        await using var db = await databases.CreateDbContextAsync(stop);
        await desk.AdmitAsync(db, ownerId, 1, stop);
        using var workspace = files.OpenWorkspace($"demo-{Guid.NewGuid():N}");
        var path = workspace.File("song");
        await Task.Run(() => Play(path, stop), stop);
        var song = await songs.AddAsync(ownerId, await Upload.OfFileAsync(path, "First Light.wav", stop, new Dictionary<string, string> { ["artist"] = "Downbeat" }), workspace, stop);
        var job = desk.Add(db, ownerId, song.Id, song.Id, new MakeDemo(song.Id));
        await db.SaveChangesAsync(stop);
        await desk.AnnounceAsync(job);
        return song.Id;
    }

    private static void Play(string path, CancellationToken stop)
    {
        using var wav = System.IO.File.Create(path);
        DemoSong.Write(wav, stop);
    }
}
