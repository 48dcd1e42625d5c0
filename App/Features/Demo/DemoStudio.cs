using System.Security.Cryptography;
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
    /// <exception cref="StudioProblem">409 <c>song.quota_reached</c>; 507 <c>storage.full</c>.</exception>
    public async Task<Guid> CreateAsync(Guid ownerId, CancellationToken stop)
    {
        await songs.EnsureQuotaAsync(ownerId, stop);
        files.EnsureRoom(64 << 20);
        using var workspace = files.OpenWorkspace($"demo-{Guid.NewGuid():N}");
        var path = workspace.File("song");
        await Task.Run(() => Play(path, stop), stop);
        var song = await songs.AddAsync(ownerId, await DescribeAsync(path, "First Light.wav", "Downbeat", stop), workspace, stop);
        await using var db = await databases.CreateDbContextAsync(stop);
        var job = desk.Add(db, ownerId, song.Id, song.Id, new MakeDemo(song.Id));
        await db.SaveChangesAsync(stop);
        await desk.AnnounceAsync(job);
        return song.Id;
    }

    /// <summary>Describes a file that the studio made as if it had been uploaded, so that it takes the same way in.</summary>
    public static async Task<Upload> DescribeAsync(string path, string name, string artist, CancellationToken stop)
    {
        await using var file = System.IO.File.OpenRead(path);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, stop));
        return new(path, name, file.Length, hash, new Dictionary<string, string> { ["artist"] = artist });
    }

    private static void Play(string path, CancellationToken stop)
    {
        using var wav = System.IO.File.Create(path);
        DemoSong.Write(wav, stop);
    }
}
