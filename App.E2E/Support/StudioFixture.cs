using Downbeat.E2E.Support;
using Downbeat.Tests.Support;

[assembly: AssemblyFixture(typeof(StudioFixture))]

namespace Downbeat.E2E.Support;

/// <summary>One studio for all journeys that need nothing of their own but an account, started by the first of them. Take it as a constructor parameter of the test class.</summary>
public sealed class StudioFixture : IAsyncDisposable
{
    private readonly Lazy<Studio> studio = new(() => Studio.Start(("Quotas:Songs", "100")));
    private readonly Lazy<Task<FinishedProject>> finished;

    /// <summary>Starts nothing yet.</summary>
    public StudioFixture() => finished = new(() => FinishedProject.MakeAsync(Address));

    /// <summary>Where a browser finds it.</summary>
    public Uri Address => studio.Value.Address;

    /// <summary>Somebody's song with clips and a finished video, made once; journeys look at it and leave it as it is.</summary>
    internal Task<FinishedProject> FinishedAsync() => finished.Value;

    /// <summary>Address of somebody new who runs the studio.</summary>
    internal async Task<string> AdministratorAsync()
    {
        using var caller = await ApiCaller.AdministratorAsync(studio.Value);
        return caller.Email;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (studio.IsValueCreated)
        {
            await studio.Value.DisposeAsync();
        }
    }
}

/// <summary>A song that has become a video.</summary>
/// <param name="Email">Whose it is; the password is <see cref="ApiCaller.Password"/>.</param>
/// <param name="SongId">The song, "song" by title.</param>
internal sealed record FinishedProject(string Email, string SongId)
{
    /// <summary>Makes one over the API.</summary>
    public static async Task<FinishedProject> MakeAsync(Uri studio)
    {
        using var owner = await ApiCaller.RegisterAsync(studio);
        var songId = await owner.AddSongAsync(await SmallMedia.SongAsync());
        foreach (var clip in await Footage.ClipsAsync())
        {
            await owner.UploadAsync($"songs/{songId}/clips", clip);
        }

        var started = await owner.PostAsync($"songs/{songId}/compositions", new { width = 640, height = 360, preset = "draft" });
        var end = await owner.JobEndAsync(started.GetProperty("job").GetProperty("id").GetString()!);
        Assert.Equal("succeeded", end.GetProperty("status").GetString());
        return new(owner.Email, songId);
    }
}
