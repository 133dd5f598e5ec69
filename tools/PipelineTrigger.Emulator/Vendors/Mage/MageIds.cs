using System.Globalization;
using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Vendors.Mage;

internal static class MageIds
{
    /// <summary>An id that is no int32 fails in the database and leaves its session broken.</summary>
    public static bool TryRead(Call call, string text, out int id, out Answer failure)
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out id))
        {
            failure = Answer.Empty(200);
            return true;
        }
        call.Tenant.Mage.BreakSession();
        failure = MageErrors.BadId(call, text);
        return false;
    }
}
