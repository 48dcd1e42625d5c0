using Downbeat.Features.Clips;
using Downbeat.Features.Clips.Library;
using Downbeat.Http;
using Downbeat.Storage;
using Downbeat.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Downbeat.Tests.Features.Clips.Library;

public sealed class FootageIntakeTests
{
    [Fact]
    public async Task Nobody_loses_a_clip_because_no_preview_could_be_made()
    {
        var stop = TestContext.Current.CancellationToken;
        using MediaRig rig = new(), without = new(ownTools: true);
        var files = new FileStore(new(rig.Folder), Options.Create(new StorageOptions()));
        var intake = new FootageIntake(
            files, rig.Clips, new(rig.Ffmpeg), new(rig.Ffmpeg), new(without.Ffmpeg), Options.Create(new ClipOptions()), NullLogger<FootageIntake>.Instance);
        using var workspace = files.OpenWorkspace("upload");
        var path = workspace.File("upload");
        File.Copy(await SmallMedia.ClipAsync(), path);

        var footage = await intake.TakeAsync(new Clip { Title = "Film" }, new Upload(path, "film.mp4", new FileInfo(path).Length, "hash", new Dictionary<string, string>()), workspace, stop);

        Assert.False(footage.HasPreview);
        Assert.Equal(["thumbnail.webp", "video.mp4"], files.NamesIn(Footage.FolderOf(footage.Id)).Order());
    }
}
