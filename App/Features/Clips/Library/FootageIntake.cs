using Downbeat.Http;
using Downbeat.Media;
using Downbeat.Storage;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Clips.Library;

/// <summary>Checks a file that somebody brought, brings it into a form that can be used, and makes pictures of it.</summary>
internal sealed class FootageIntake(
    FileStore files, ClipCheck check, Remux remux, Pictures pictures, PreviewLoops previews, IOptions<ClipOptions> options, ILogger<FootageIntake> logger)
{
    private const int ThumbnailWidth = 480;

    /// <summary>Makes footage of a file. Its files are in their place then; its row is still to be saved.</summary>
    /// <param name="clip">What brings it; what was found is written to it.</param>
    /// <param name="upload">The file.</param>
    /// <param name="workspace">Where it lies, and where unfinished files go.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="StudioProblem">What <see cref="ClipCheck"/> refuses; 413 <c>clip.too_large</c>. Nothing is kept then.</exception>
    public async Task<Footage> TakeAsync(Clip clip, Upload upload, Workspace workspace, CancellationToken stop)
    {
        var facts = await check.RunAsync(upload.Path, options.Value.MaxMinutes * 60, stop);
        if (facts.Kind.IsStill && upload.SizeBytes > (long)options.Value.MaxStillMegabytes << 20)
        {
            throw new StudioProblem(413, "clip.too_large", $"The picture is larger than {options.Value.MaxStillMegabytes} MB; save it smaller or as JPEG.");
        }

        var path = upload.Path;
        if (Remux.TargetOf(facts) is { } target)
        {
            path = workspace.File("remuxed");
            await remux.RunAsync(upload.Path, facts, target, path, stop);
            facts = facts with { Kind = target };
        }

        clip.Describe(facts, upload.ContentHash, new FileInfo(path).Length);
        var (thumbnail, preview) = (workspace.File("thumbnail.webp"), workspace.File("preview"));
        await pictures.MakeAsync(path, facts, thumbnail, ThumbnailWidth, stop);
        var footage = Footage.Of(clip, Guid.CreateVersion7(), await MakePreviewAsync(path, facts, preview, stop));
        Place(footage, path, thumbnail, preview);
        return footage;
    }

    /// <returns>Whether there is one: nobody loses a clip because it could not be made.</returns>
    private async Task<bool> MakePreviewAsync(string path, MediaFacts facts, string preview, CancellationToken stop)
    {
        try
        {
            if (!facts.IsStill)
            {
                await previews.MakeAsync(path, facts, preview, stop);
            }

            return !facts.IsStill;
        }
        catch (MediaFailure failure)
        {
            logger.LogWarning(failure, "A clip gets no preview: {ErrorTail}", failure.ErrorTail);
            return false;
        }
    }

    private void Place(Footage footage, string video, string thumbnail, string preview)
    {
        try
        {
            files.Put(footage.ThumbnailKey, thumbnail);
            if (footage.HasPreview)
            {
                files.Put(footage.PreviewKey, preview);
            }

            files.Put(footage.VideoKey, video);
        }
        catch
        {
            files.DeleteFolder(Footage.FolderOf(footage.Id));
            throw;
        }
    }
}
