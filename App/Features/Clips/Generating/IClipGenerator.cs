using Downbeat.Features.Clips.Planning;
using Downbeat.Http;
using Downbeat.Jobs;
using Downbeat.Storage;

namespace Downbeat.Features.Clips.Generating;

/// <summary>Something that makes clips.</summary>
internal interface IClipGenerator
{
    /// <summary>What programs call it.</summary>
    string Name { get; }

    /// <summary>What people read.</summary>
    string Title { get; }

    /// <summary>What has to be done before it can be used; null when it can.</summary>
    string? Missing { get; }

    /// <summary>Refuses what somebody may not have made.</summary>
    /// <param name="ownerId">Who wants it.</param>
    /// <param name="clips">How many clips.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="StudioProblem">409 <c>generator.limit_reached</c>.</exception>
    Task EnsureAsync(Guid ownerId, int clips, CancellationToken stop);

    /// <summary>Makes a clip.</summary>
    /// <param name="wish">What.</param>
    /// <param name="context">Told how far it is.</param>
    /// <param name="workspace">Where the file goes.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>The file; it is checked like one that somebody uploaded.</returns>
    /// <exception cref="StudioProblem">What trying again does not mend.</exception>
    /// <exception cref="TransientProblem">What may go better next time.</exception>
    Task<Upload> MakeAsync(GenerateClip wish, StepContext context, Workspace workspace, CancellationToken stop);

    /// <summary>The clip is kept, or its file was found to be none: nothing more is to be made of the work on it.</summary>
    ValueTask SettleAsync(Guid clipId);
}

/// <summary>The step that makes a clip, and all that it is made from.</summary>
/// <param name="ClipId">The clip.</param>
/// <param name="SongId">The song.</param>
/// <param name="Generator">Who makes it.</param>
/// <param name="Start">Where in the song it is to be seen, in seconds.</param>
/// <param name="End">Where that ends.</param>
/// <param name="Scene">What is to be seen.</param>
/// <param name="Width">Pixels, even.</param>
/// <param name="Height">Pixels, even.</param>
/// <param name="IsLoop">Whether its end shall lead to its beginning.</param>
/// <param name="Picture">A still of the song that it is made from, or <c>cover</c>; null for none.</param>
internal sealed record GenerateClip(Guid ClipId, Guid SongId, string Generator, double Start, double End, ClipScene Scene, int Width, int Height, bool IsLoop, string? Picture);

/// <summary>All that make clips.</summary>
internal sealed class ClipGenerators(IEnumerable<IClipGenerator> all)
{
    /// <summary>Them, the built-in one first.</summary>
    public IReadOnlyList<IClipGenerator> All { get; } = [.. all];

    /// <summary>One that can be used.</summary>
    /// <param name="name">Its name; null for the built-in one.</param>
    /// <exception cref="StudioProblem">400 <c>request.field</c>: there is none of that name; 409 <c>generator.not_configured</c>.</exception>
    public IClipGenerator Ready(string? name)
    {
        var generator = name is null ? All[0] : All.FirstOrDefault(each => each.Name == name)
            ?? throw StudioProblem.Field("generator", $"The generators are {string.Join(", ", All.Select(each => each.Name))}.");
        return generator.Missing is { } missing ? throw new StudioProblem(409, "generator.not_configured", missing) : generator;
    }
}

/// <summary>Has the clip made and puts it in its place.</summary>
internal sealed class GenerateClipHandler(ClipLibrary library, ClipGenerators generators, FileStore files) : IStepHandler<GenerateClip>
{
    // Twice what moving lines take at 1080 lines.
    private const double MostBytesPerSecond = 5e6;

    /// <inheritdoc/>
    public async Task<StepOutcome> RunAsync(GenerateClip step, StepContext context, CancellationToken stop)
    {
        var clip = await library.GetAsync(context.OwnerId, step.ClipId, stop);
        files.EnsureRoom((long)((step.End - step.Start) * MostBytesPerSecond * step.Width * step.Height / (1920 * 1080)));
        using var workspace = files.OpenWorkspace(context.WorkspaceName);
        var generator = generators.Ready(step.Generator);
        var made = await generator.MakeAsync(step, context, workspace, stop);
        context.Report("Checking", 0.97);
        try
        {
            return await library.DeliverAsync(clip, made, workspace, stop, () => generator.SettleAsync(step.ClipId));
        }
        catch (StudioProblem problem) when (problem.Status != 507)
        {
            await generator.SettleAsync(step.ClipId);
            throw;
        }
    }
}
